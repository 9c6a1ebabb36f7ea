// The time limit of a task: a boundary timer that does not interrupt, its end "Quá hạn", its label. Each change is one
// act; where the timer goes, its end goes too.
import CommandInterceptor from "diagram-js/lib/command/CommandInterceptor.js";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";
import { definition } from "./contract.js";
import { LATE, LIMIT, daysOf, isLabel, label } from "./duration.js";

const TIMER = "bpmn:TimerEventDefinition";
// Where the timer sits and its end stands, from the task's lower right corner, and how large they are: as the procedures
// in force are drawn.
const LEFT = 23;
const BELOW = 46;
const SIZE = { width: 30, height: 30 };
const END = { type: "bpmn:EndEvent", width: 22, height: 22 };
const GAP = 4;

export function isLimit(element) {
  const bo = getBusinessObject(element);
  const timed = !element.labelTarget && is(bo, "bpmn:BoundaryEvent") && definition(element)?.$type === TIMER && !bo.cancelActivity;
  return timed && LIMIT.test(definition(element).timeDuration?.body?.trim() ?? "");
}

// The ends to which a timer alone leads.
const lateEnds = (timer) =>
  timer.outgoing
    .map((flow) => flow.target)
    .filter((end) => is(end, "bpmn:EndEvent") && end.incoming.every((flow) => flow.source === timer));

export class Limits extends CommandInterceptor {
  constructor(eventBus, contract, modeling, choices) {
    super(eventBus);
    Object.assign(this, { contract, modeling, choices });
    this.preExecute("shape.delete", ({ context }) => {
      if (isLimit(context.shape)) context.lateEnds = lateEnds(context.shape);
    });
    this.postExecute("shape.delete", ({ context }) => {
      for (const end of context.lateEnds ?? []) if (end.parent) modeling.removeShape(end);
    });
    // A task that is pasted brings its timer along, but not where the timer leads.
    this.postExecuted("elements.create", ({ context }) => {
      const bare = context.elements.filter((each) => isLimit(each) && each.host && each.outgoing.length === 0);
      for (const timer of bare) this.#end(timer);
    });
  }

  of(task) {
    return task.attachers?.find(isLimit);
  }

  days(task) {
    const timer = this.of(task);
    return timer && daysOf(definition(timer).timeDuration.body.trim());
  }

  step(task) {
    const id = task && this.contract.property(task, "step");
    return this.choices.steps.find((each) => each.id === id);
  }

  // Gives the task a limit of so many days, or changes the one that it has.
  set(task, days) {
    this.contract.together(() => this.#set(task, days));
  }

  // Changes the limit of every task of a step that has one.
  setAll(step, days) {
    const tasks = this.contract.tasksOf(step).filter((task) => this.of(task));
    this.contract.together(() => tasks.forEach((task) => this.#set(task, days)));
  }

  remove(task) {
    this.modeling.removeShape(this.of(task));
  }

  // Tasks of the same step whose limit is another one, and that limit.
  differing(task) {
    const days = this.days(task);
    const others = this.withOther(this.contract.property(task, "step"), days);
    return others.filter((each) => each !== task);
  }

  // Tasks of a step whose limit is another one than `days`.
  withOther(step, days) {
    return this.contract.tasksOf(step).filter((each) => this.of(each) && this.days(each) !== days);
  }

  #set(task, days) {
    const timer = this.of(task) ?? this.#attach(task);
    const held = definition(timer);
    this.contract.set(timer, { timeDuration: this.contract.expression(`P${days}D`, held) }, held);
    if (isLabel(getBusinessObject(timer).name)) {
      this.#name(timer, label(days, this.step(task)));
    }
  }

  #attach(task) {
    const position = { x: task.x + task.width - LEFT, y: task.y + task.height };
    const event = { type: "bpmn:BoundaryEvent", eventDefinitionType: TIMER, cancelActivity: false, ...SIZE };
    const timer = this.modeling.createShape(event, position, task, { attach: true });
    this.#end(timer);
    return timer;
  }

  #end(timer) {
    const below = { x: timer.x + timer.width / 2, y: timer.y + timer.height / 2 + BELOW };
    const end = this.modeling.appendShape(timer, { ...END }, below, timer.parent);
    this.#name(end, LATE);
  }

  // A label that is new stands to the right of its event, clear of the flow that goes down.
  #name(event, text) {
    const stands = event.label;
    this.modeling.updateLabel(event, text);
    if (stands) return;
    const { label } = event;
    const below = is(event, "bpmn:BoundaryEvent") ? label.height / 2 : 0; // the task is beside its upper half
    const x = event.x + event.width + GAP - label.x;
    const y = event.y + event.height / 2 + below - label.height / 2 - label.y;
    this.modeling.moveShape(label, { x, y });
  }
}
Limits.$inject = ["eventBus", "contract", "modeling", "choices"];
