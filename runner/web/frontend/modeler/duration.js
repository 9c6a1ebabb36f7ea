// Lengths of time as diagrams write them (a bounded part of ISO 8601) and as the decisions do.
import { say } from "../language/language.js";

export const DAYS = /^P(\d{1,4}(?:\.[05])?)D$/;
export const LIMIT = /^P(?:\d{1,4}(?:\.[05])?D|\d{1,4}W)$/;
const WRITTEN = /\d+(?:[.,]\d+)?/;

// Text that stands in the diagram itself, in the language of the law, whoever reads it.
export const drawn = (text) => text;

export const LATE = drawn("Quá hạn");

// The days of a limit as a number in text ("2.5"); nothing for another length.
export const daysOf = (duration) => DAYS.exec(duration ?? "")?.[1];

// What a person typed as a number of days ("2,5", "02") in the writing of the file; nothing where it is none.
export function readDays(text) {
  const number = text.trim().replace(",", ".");
  return /^\d{1,4}(\.[05])?$/.test(number) && Number(number) > 0 ? String(Number(number)) : undefined;
}

export const shownDays = (days) => String(days).replace(".", ",");

// A number of days as the decisions write it: "02", "2,5".
const padded = (days) => (Number.isInteger(Number(days)) ? String(Number(days)).padStart(2, "0") : shownDays(days));

// The label of a limit: the decision's own words where it says as many days, else its words with the other number.
export function label(days, step) {
  if (step?.days && Number(step.days) === Number(days)) return step.label;
  if (step?.days && WRITTEN.test(step.label)) return step.label.replace(WRITTEN, padded(days));
  return drawn("{days} ngày").replace("{days}", padded(days));
}

export const beforeDue = (days) => drawn("Trước hạn {days} ngày").replace("{days}", padded(days));

// Whether a label only says how long: what a person wrote otherwise stays as it is.
export const isLabel = (name) => !name || /^(Trước hạn )?\d+(,\d)? ngày( làm việc)?$/.test(name.trim());

export const unit = (choices) =>
  choices.unit === "working-days" ? say("ngày làm việc") : say("ngày theo lịch");
