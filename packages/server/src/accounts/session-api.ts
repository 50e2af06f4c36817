/** Sessions, and who one is, as the operator API words them. */
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, seconds } from '../http/api-schema.ts'
import { accountId, accountInFullSchema, inAccount } from './account-api.ts'
import { PERMISSIONS } from './permission.ts'
import { FACTORS } from './session.ts'

const sessionId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'must be the id of a session')
  .meta({ description: 'Id of a session' })

export const sessionSchema = z
  .object({
    id: sessionId,
    factors: z.array(z.enum(FACTORS)),
    openedAt: seconds,
    seenAt: seconds.meta({ description: 'To the minute' }),
    provedAt: seconds.meta({ description: 'The last proof of the second factor' }),
    endsAt: seconds.meta({ description: 'Unless it is used before, or ended' }),
    address: z.string().optional(),
    userAgent: z.string(),
    current: z.boolean().meta({ description: 'Whether this request came with it' }),
  })
  .meta({ id: 'Session' })

export const meSchema = z
  .object({
    kind: z.enum(['person', 'service']),
    id: z.string(),
    name: z.string(),
    via: z.enum(['session', 'token', 'machine']),
    account: accountInFullSchema.optional(),
    session: sessionSchema.optional(),
    rights: z
      .record(z.string(), z.array(z.enum(PERMISSIONS)))
      .meta({ description: 'What this caller may do now, by product; `*` is all of them' }),
  })
  .meta({ id: 'Me' })

export const inSession = z.object({ session: sessionId })
export const inAccountSession = z.object({ account: accountId, session: sessionId })

const list = answers({ 200: { description: 'Sessions', schema: z.array(sessionSchema) } })
const ended = answers({ 204: { description: 'Ended' } })
const allEnded = answers({
  200: { description: 'How many ended', schema: z.object({ ended: z.int() }) },
})
const own = { 'x-permission': 'session.own', 'x-any-product': true }
const managed = { 'x-permission': 'account.manage', 'x-any-product': true }

export const sessionPaths: ZodOpenApiPathsObject = {
  '/me': {
    get: {
      ...{ summary: 'Who the caller is and may do', 'x-permission': 'anyone-signed-in' },
      responses: answers({ 200: { description: 'The caller', schema: meSchema } }),
    },
  },
  '/me/sessions': {
    get: { summary: "The caller's sessions, the latest first", ...own, responses: list },
    delete: { summary: 'End all of them but this one', ...own, responses: allEnded },
  },
  '/me/sessions/{session}': {
    delete: {
      ...{ summary: 'End one of them', ...own },
      requestParams: { path: inSession },
      responses: ended,
    },
  },
  '/accounts/{account}/sessions': {
    get: {
      summary: 'Sessions of an account, the latest first',
      ...{ 'x-permission': 'account.read', 'x-any-product': true },
      requestParams: { path: inAccount },
      responses: list,
    },
    delete: {
      ...{ summary: 'End all of them', ...managed },
      requestParams: { path: inAccount },
      responses: allEnded,
    },
  },
  '/accounts/{account}/sessions/{session}': {
    delete: {
      ...{ summary: 'End one of them', ...managed },
      requestParams: { path: inAccountSession },
      responses: ended,
    },
  },
}
