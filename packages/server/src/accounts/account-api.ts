/** Accounts and what they were granted, as the operator API words them. */
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, jsonBody, name as productOrName, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { shownName as nameThatIsShown } from '../http/written.ts'
import { ACCOUNT_ID, isLogin, NAME_MAX_CHARACTERS } from './account.ts'
import { ROLES } from './permission.ts'
import { EVERYWHERE } from './rights.ts'

export const accountId = z
  .string()
  .regex(ACCOUNT_ID, 'must be the id of an account')
  .meta({ description: 'Id of an account', example: 'acc-4f0c2a91d37be865' })

export const shownName = nameThatIsShown(NAME_MAX_CHARACTERS)

const login = z
  .string()
  .toLowerCase()
  .refine(isLogin, 'must be 2 to 254 characters: a-z, 0-9, . _ % + @ -, and not break-glass')
  .meta({ description: 'What the person types to sign in', example: 'anna@example.com' })

const role = z.enum(ROLES).meta({ description: 'docs/accounts.md has what each permits' })

export const somewhere = z
  .union([z.literal(EVERYWHERE), productOrName])
  .meta({ description: 'A product, or `*` for all of them', example: 'lumen-gateway-g1' })

export const grantSchema = z.strictObject({ role, product: somewhere }).meta({ id: 'NewGrant' })

const GRANTS_MAX_COUNT = 100
const grants = z.array(grantSchema).max(GRANTS_MAX_COUNT).default([])

export const newAccountSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('person'),
      name: shownName,
      login,
      grants,
      breakGlass: z
        .boolean()
        .default(false)
        .meta({ description: 'For the day when nothing else opens; its use alarms everybody' }),
    }),
    z.strictObject({ kind: z.literal('service'), name: shownName, owner: accountId, grants }),
  ])
  .meta({ id: 'NewAccount' })

export const accountEditSchema = z
  .strictObject({
    name: shownName.optional(),
    login: login.optional(),
    owner: accountId.optional().meta({
      description: 'Of a service: who answers for it from now on. Its tokens are removed',
    }),
    disabled: z.boolean().optional().meta({ description: 'Ends its sessions at once' }),
  })
  .meta({ id: 'AccountEdit' })

export const accountQuerySchema = pageQuery(accountId).extend({
  kind: z.enum(['person', 'service']).optional(),
  owner: accountId.optional().meta({ description: 'Services that this person answers for' }),
})

const grantView = z.object({
  id: z.string().meta({ example: 'operator@lumen-gateway-g1' }),
  role,
  product: somewhere,
  grantedAt: seconds,
  grantedBy: z.string(),
})

export const accountSchema = z
  .object({
    id: accountId,
    kind: z.enum(['person', 'service']),
    name: z.string(),
    login: z.string().optional(),
    owner: accountId.optional(),
    breakGlass: z.boolean(),
    createdAt: seconds,
    disabledAt: seconds.optional(),
    revision: z.int(),
  })
  .meta({ id: 'Account' })

export const accountInFullSchema = accountSchema
  .extend({ grants: z.array(grantView).meta({ description: 'Those that the caller may see' }) })
  .meta({ id: 'AccountInFull' })

export const wayInSchema = z
  .object({
    url: z.string().meta({ description: 'Opens once; give it to the person and nobody else' }),
    expiresAt: seconds,
  })
  .meta({ id: 'WayIn' })

export const inAccount = z.object({ account: accountId })
export const inGrant = z.object({
  account: accountId,
  grant: z
    .string()
    .max(100)
    .transform((text, context) => {
      const [wantedRole, product, ...rest] = text.split('@')
      const parsed = grantSchema.safeParse({ role: wantedRole, product })
      if (parsed.success && rest.length === 0) return parsed.data
      context.addIssue('must be role@product')
      return z.NEVER
    })
    .meta({ description: 'role@product', example: 'operator@lumen-gateway-g1', type: 'string' }),
})

const changed = answers({ 200: { description: 'The account', schema: accountInFullSchema } })

export const accountPaths: ZodOpenApiPathsObject = {
  '/accounts': {
    get: {
      summary: 'Accounts of the products that the caller may see, by id',
      ...{ 'x-permission': 'account.read', 'x-any-product': true },
      requestParams: { query: accountQuerySchema },
      responses: answers({ 200: { description: 'A page', schema: z.array(accountSchema) } }),
    },
    post: {
      summary: 'Add a person or a service; a person gets a one-time way in',
      ...{ 'x-permission': 'account.manage', 'x-any-product': true, 'x-step-up': true },
      'x-secret-answer': true,
      requestBody: jsonBody(newAccountSchema),
      responses: answers({
        201: {
          description: 'Added',
          schema: accountInFullSchema.extend({ wayIn: wayInSchema.optional() }),
        },
      }),
    },
  },
  '/accounts/{account}': {
    get: {
      summary: 'One account with its grants',
      ...{ 'x-permission': 'account.read', 'x-any-product': true },
      requestParams: { path: inAccount },
      responses: changed,
    },
    patch: {
      summary: 'Rename, disable, enable it; give a service another owner',
      ...{ 'x-permission': 'account.manage', 'x-any-product': true, 'x-step-up': true },
      'x-if-match': true,
      requestParams: { path: inAccount },
      requestBody: jsonBody(accountEditSchema),
      responses: changed,
    },
    delete: {
      summary: 'Remove it with its grants, sessions and tokens, for good',
      ...{ 'x-permission': 'account.manage', 'x-any-product': true, 'x-step-up': true },
      'x-if-match': true,
      requestParams: { path: inAccount },
      responses: answers({ 204: { description: 'Removed' } }),
    },
  },
  '/accounts/{account}/grants': {
    post: {
      summary: 'Give it a role in a product or everywhere',
      ...{ 'x-permission': 'account.manage', 'x-any-product': true, 'x-step-up': true },
      requestParams: { path: inAccount },
      requestBody: jsonBody(grantSchema),
      responses: changed,
    },
  },
  '/accounts/{account}/grants/{grant}': {
    delete: {
      summary: 'Take a role from it',
      ...{ 'x-permission': 'account.manage', 'x-any-product': true, 'x-step-up': true },
      requestParams: { path: inGrant },
      responses: changed,
    },
  },
  '/accounts/{account}/way-in': {
    post: {
      summary: 'A new one-time way in for a person who lost all of theirs',
      ...{ 'x-permission': 'account.manage', 'x-any-product': true, 'x-step-up': true },
      'x-secret-answer': true,
      requestParams: { path: inAccount },
      responses: answers({ 201: { description: 'The way in', schema: wayInSchema } }),
    },
  },
}
