/**
 * Steps that every request takes, as one handler. Express looks for the next step by path, for each request and each
 * step anew, which costs more than most steps do.
 */
import type { NextFunction, RequestHandler } from 'express'

export function inOrder(steps: readonly RequestHandler[]): RequestHandler {
  return (request, response, done) => {
    let count = 0
    let hasFailed = false
    // What fails because the request has failed already, such as reading a body that was cut off, is of no interest.
    const fail = (error: unknown) => {
      if (!hasFailed) done(error)
      hasFailed = true
    }
    const next: NextFunction = (error?: unknown) => {
      if (error !== undefined) {
        fail(error)
        return
      }
      const step = steps[count]
      count += 1
      if (step === undefined) {
        done()
        return
      }
      try {
        const working: unknown = step(request, response, next)
        if (working instanceof Promise) working.catch(fail)
      } catch (thrown) {
        fail(thrown)
      }
    }
    next()
  }
}
