"""The mathematics of the record log: hash trees, signed notes, cosignatures and time stamps, as plain values."""
