/** Setting up an account by a one-time link. */
import { z } from 'zod'
import { LOGIN_MAX_CHARACTERS, NAME_MAX_CHARACTERS } from '../../accounts/account.ts'
import { HttpError } from '../../http/problem.ts'
import type { ShownProblem } from '../pages/layout.ts'
import { problemByCode } from '../pages/problem-words.ts'
import { wayPage, welcomePage, youPage } from '../pages/welcome-pages.ts'
import {
  askForNewPasskey,
  beginSetUp,
  finishWithPasskey,
  finishWithPassword,
  nameFirst,
  seedOfSetUp,
  setUpOf,
} from '../set-up.ts'
import { companiesOf } from './companies.ts'
import { madePasskey, newPasswordForm, requireSame, shownSeed } from './new-way.ts'
import type { PageRequest, PageRoute } from './page-route.ts'

const codeForm = z.strictObject({ code: z.string().max(200) })
const youForm = z.strictObject({
  name: z.string().max(NAME_MAX_CHARACTERS * 4),
  login: z.string().max(LOGIN_MAX_CHARACTERS),
})
/** Where recovery codes are offered: now is when people have a printer in mind. */
const AFTERWARDS = '/account/codes'

export const welcomeRoutes: readonly PageRoute[] = [
  {
    ...{ method: 'GET', path: '/welcome', who: 'anybody' },
    handle: async (page) => page.show(welcomePage(page.say, undefined)),
  },
  {
    ...{ method: 'POST', path: '/welcome', who: 'anybody' },
    handle: async (page) => {
      const { code } = await page.form(codeForm)
      const { isFirst } = await beginSetUp(page.parts, page.visitor, code)
      page.go(isFirst ? '/welcome/you' : '/welcome/way')
    },
    refused: async (page, problem) => welcomePage(page.say, problem),
  },
  {
    ...{ method: 'GET', path: '/welcome/you', who: 'anybody' },
    handle: async (page) => {
      const { name, login } = await setUpOf(page.parts, page.visitor)
      page.show(youPage(page.say, { name, login, problem: undefined }))
    },
    refused: async (page, problem) => welcomePage(page.say, problem),
  },
  {
    ...{ method: 'POST', path: '/welcome/you', who: 'anybody' },
    handle: async (page) => {
      await nameFirst(page.parts, page.visitor, await page.form(youForm))
      page.go('/welcome/way')
    },
    refused: async (page, problem) => {
      const { name = '', login = '' } = page.typed
      return problem.code === 'CHALLENGE_INVALID'
        ? welcomePage(page.say, problem)
        : youPage(page.say, { name, login, problem })
    },
  },
  {
    ...{ method: 'GET', path: '/welcome/way', who: 'anybody' },
    handle: async (page) => {
      const problem = problemByCode(page.say, page.query.get('problem') ?? '')
      page.show(await choicePage(page, problem))
    },
    refused: async (page, problem) => welcomePage(page.say, problem),
  },
  {
    ...{ method: 'POST', path: '/welcome/passkey/options', who: 'anybody' },
    handle: async (page) => {
      await page.json(z.strictObject({}))
      page.answer({ options: await askForNewPasskey(page.parts, page.visitor) })
    },
  },
  {
    ...{ method: 'POST', path: '/welcome/passkey', who: 'anybody' },
    handle: async (page) => {
      const made = await page.json(madePasskey)
      const person = await finishWithPasskey(page.parts, page.visitor, made)
      page.setCookies(person.cookies)
      page.answer({ next: AFTERWARDS })
    },
  },
  {
    ...{ method: 'POST', path: '/welcome/password', who: 'anybody' },
    handle: async (page) => {
      const typed = await page.form(newPasswordForm)
      requireSame(typed)
      const person = await finishWithPassword(page.parts, page.visitor, typed)
      page.setCookies(person.cookies)
      page.go(AFTERWARDS)
    },
    refused: async (page, problem) => {
      // Where the link itself is over, there is nothing left to choose.
      const isOver = ['LINK_INVALID', 'CHALLENGE_INVALID'].includes(problem.code)
      return isOver ? welcomePage(page.say, problem) : choicePage(page, problem)
    },
  },
]

async function choicePage(page: PageRequest, problem: ShownProblem | undefined) {
  const { parts, visitor, say, passkeys } = page
  const { account, name, login, isFirst } = await setUpOf(parts, visitor)
  if (login === '') throw new HttpError(403, 'CHALLENGE_INVALID', 'Begin again')
  const sealedSeed = await seedOfSetUp(parts, visitor)
  const newPassword = await shownSeed(parts, { account, login }, sealedSeed)
  // Who comes first is nobody's yet, so no company can say who he is.
  const companies = isFirst ? [] : companiesOf(parts)
  return wayPage(say, { name, newPassword, passkeys, companies, problem })
}
