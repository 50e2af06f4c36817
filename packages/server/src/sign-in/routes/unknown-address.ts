/** A person's browser at an address that nothing is at hears so on a page; programs, and all of the API, get the problem. */
import type { ErrorRequestHandler } from 'express'
import { problemOf } from '../../http/problem.ts'
import { asksForPage } from '../../pages/asks-for-page.ts'
import { languageOf } from '../../pages/language.ts'
import { shownProblem } from '../pages/problem-words.ts'
import { sayIn } from '../pages/say.ts'
import { unknownAddressPage } from '../pages/small-pages.ts'
import { pageHeaders } from './page-headers.ts'

export const sayUnknownAddress: ErrorRequestHandler = (error, request, response, next) => {
  const { status, code } = problemOf(error)
  const isUnknown = code === 'NOT_FOUND' && !response.headersSent
  if (!isUnknown || !asksForPage(request, request.path)) return next(error)
  pageHeaders(request, response, () => {
    const say = sayIn(languageOf(request.get('accept-language')))
    const page = unknownAddressPage(say, shownProblem(say, error))
    response.status(status).type('html').send(page.toString())
  })
}
