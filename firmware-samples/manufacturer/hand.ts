/** Somebody of the manufacturer who has `fleetward` at hand: in a drill, or in the story. */
export interface Hand {
  /** One command, with its answer; throws when it is refused. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  run(...words: readonly string[]): Promise<any>
  /** Where a file lies that a command reads. */
  at(name: string): string
  now(): Date
}
