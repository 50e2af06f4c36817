/** What a command has to say when it has done its work: for a script (`--json`) and for a person. */
export interface Outcome {
  /** Stable field names: scripts depend on them. */
  readonly json: object
  readonly lines: readonly string[]
}
