/**
 * Asked one after the other: for what costs the server so much that it takes only a few of it at once of one person. A
 * page that asks for a dozen would else be refused most of them.
 */
let last: Promise<unknown> = Promise.resolve()

/** @param signal whoever waits no more is not asked for */
export function oneByOne<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const asked = last.then(() => {
    signal.throwIfAborted()
    return ask(signal)
  })
  // What is refused holds up nobody behind it.
  last = asked.catch(() => {})
  return asked
}
