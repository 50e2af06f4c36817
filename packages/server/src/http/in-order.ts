/**
 * Steps that every request takes, as one handler. Express looks for the next step by path, for each request and each
 * step anew, which costs more than most steps do.
 */
import type { NextFunction, RequestHandler } from 'express'

export function inOrder(steps: readonly RequestHandler[]): RequestHandler {
  return (request, response, done) => {
    let count = 0
    const next: NextFunction = (error?: unknown) => {
      const step = steps[count]
      count += 1
      if (error !== undefined || step === undefined) {
        done(error)
        return
      }
      try {
        const working: unknown = step(request, response, next)
        if (working instanceof Promise) working.catch(done)
      } catch (thrown) {
        done(thrown)
      }
    }
    next()
  }
}
