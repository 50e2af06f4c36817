/** What a command has to say when it has done its work: for a script (`--json`) and for a person. */
export interface Outcome {
  /** Stable field names: scripts depend on them. */
  readonly json: object
  readonly lines: readonly string[]
  /** The work is done and the answer is no: all of it is printed, and the exit code is 1. */
  readonly isNo?: boolean
}
