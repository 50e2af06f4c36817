/** A store that takes its time, as with a fleet of a million; what it does is its own. */
import type { TestContext } from 'node:test'

/** Everything that reads by this method waits until it is let go. */
export function slow<Store extends object, Name extends keyof Store & string>(
  t: TestContext,
  { prototype }: { readonly prototype: Store },
  name: Name,
) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const real = prototype[name] as (...given: unknown[]) => Promise<unknown>
  let most = 0
  let reading = 0
  t.mock.method(prototype as Record<string, () => unknown>, name, async function (
    this: Store,
    ...given
  ) {
    reading += 1
    most = Math.max(most, reading)
    await promise
    return real.apply(this, given).finally(() => {
      reading -= 1
    })
  } as (...given: unknown[]) => Promise<unknown>)
  return { letGo: resolve, most: () => most }
}
