/** The request that is being answered, for what is written on its behalf however deep below. */
import { AsyncLocalStorage } from 'node:async_hooks'

const current = new AsyncLocalStorage<string>()

/** `id` names it in the answer, in the log and in the audit log. */
export function asRequest<Result>(id: string, work: () => Result): Result {
  return current.run(id, work)
}

/** Undefined outside of requests. What a request only set off may still see it: ask for what a caller did alone. */
export function currentRequest(): string | undefined {
  return current.getStore()
}
