/** API tokens as the operator API words them. */
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, jsonBody, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { accountId, inAccount, shownName, somewhere } from './account-api.ts'
import { TOKEN_VALID_SECONDS_DEFAULT, TOKEN_VALID_SECONDS_MAX } from './api-token.ts'
import { PERMISSIONS } from './permission.ts'

const tokenId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'must be the id of a token')
  .meta({ description: 'Id of a token: the part after `fwt_`' })

const scopes = z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length)

export const newApiTokenSchema = z
  .strictObject({
    name: shownName.meta({ description: 'What it is for' }),
    scopes: scopes.meta({ description: 'What it may do: never more than its account' }),
    product: somewhere,
    validSeconds: z.int().min(60).max(TOKEN_VALID_SECONDS_MAX).default(TOKEN_VALID_SECONDS_DEFAULT),
  })
  .meta({ id: 'NewApiToken' })

export const apiTokenQuerySchema = pageQuery(tokenId)

export const apiTokenSchema = z
  .object({
    id: tokenId,
    account: accountId,
    parent: tokenId.optional().meta({ description: 'The token that made it: it goes with that' }),
    name: z.string(),
    prefix: z.string().meta({ description: 'How it begins' }),
    scopes,
    product: somewhere,
    createdAt: seconds,
    createdBy: z.string(),
    expiresAt: seconds,
    lastUsedAt: seconds.optional(),
  })
  .meta({ id: 'ApiToken' })

export const inToken = z.object({ token: tokenId })
export const inAccountToken = z.object({ account: accountId, token: tokenId })

const page = answers({ 200: { description: 'A page', schema: z.array(apiTokenSchema) } })
const made = answers({
  201: {
    description: 'The token; `secret` is shown this once',
    schema: apiTokenSchema.extend({ secret: z.string() }).meta({ id: 'ApiTokenWithSecret' }),
  },
})
const removed = answers({ 204: { description: 'Removed; it opens nothing any more' } })
const own = { 'x-permission': 'token.own', 'x-any-product': true }

export const apiTokenPaths: ZodOpenApiPathsObject = {
  '/me/tokens': {
    get: {
      ...{ summary: "The caller's API tokens, by id", ...own },
      requestParams: { query: apiTokenQuerySchema },
      responses: page,
    },
    post: {
      ...{ summary: 'Make a token of one’s own', ...own },
      description: 'A token makes only tokens that may no more and end no later than itself.',
      ...{ 'x-step-up': true, 'x-secret-answer': true },
      requestBody: jsonBody(newApiTokenSchema),
      responses: made,
    },
  },
  '/me/tokens/{token}': {
    delete: {
      ...{ summary: 'Remove a token of one’s own', ...own },
      requestParams: { path: inToken },
      responses: removed,
    },
  },
  '/accounts/{account}/tokens': {
    get: {
      summary: 'API tokens of an account, by id',
      ...{ 'x-permission': 'account.read', 'x-any-product': true },
      requestParams: { path: inAccount, query: apiTokenQuerySchema },
      responses: page,
    },
    post: {
      summary: 'Make a token of a service that one answers for',
      ...{ ...own, 'x-step-up': true, 'x-secret-answer': true },
      requestParams: { path: inAccount },
      requestBody: jsonBody(newApiTokenSchema),
      responses: made,
    },
  },
  '/accounts/{account}/tokens/{token}': {
    delete: {
      summary: 'Remove a token of an account that one administers or answers for',
      ...own,
      requestParams: { path: inAccountToken },
      responses: removed,
    },
  },
}
