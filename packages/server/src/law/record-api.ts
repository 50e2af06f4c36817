/** The part of the OpenAPI document that kinds of records have in common whose ids people choose. */
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, name, seconds } from '../http/api-schema.ts'
import { PAGE_MAX_COUNT, pageQuery } from '../http/page.ts'

export interface RecordWords {
  /** In the path: `standards`. */
  readonly path: string
  /** Of one of them, in sentences: `upstream report`. */
  readonly one: string
  /** In the path: `upstreamReport`. */
  readonly param: string
  /** In the document: `Standard`. */
  readonly schema: string
  readonly example: string
  readonly fields: Readonly<Record<string, z.ZodType>>
  readonly gaps: readonly [string, ...string[]]
}

const revisionNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
export const recordRevisionsPage = pageQuery(revisionNumber)
export const recordsPage = z.strictObject({
  after: name.optional().meta({ description: 'What comes behind this' }),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX_COUNT).default(100),
  gaps: z
    .enum(['true', 'false'])
    .default('false')
    .transform((word) => word === 'true')
    .meta({ description: 'Only those of which something is missing or overdue' }),
})

export function recordSchemas({ fields, schema, example }: RecordWords) {
  const id = name.meta({ example })
  return {
    added: z.strictObject({ id, ...fields }).meta({ id: `New${schema}` }),
    set: z.strictObject(fields).meta({ id: `${schema}Words` }),
  }
}

export function inRecord({ param, example }: RecordWords) {
  return inProduct.extend({ [param]: name.meta({ example }) })
}

const read = { 'x-permission': 'product.read' } as const
const manage = { 'x-permission': 'product.manage' } as const

export function recordPaths(words: RecordWords): ZodOpenApiPathsObject {
  const { path, one: said, param, schema, fields, gaps } = words
  const { added, set } = recordSchemas(words)
  const kept = { id: name, revision: z.int(), changedAt: seconds, changedBy: z.string() }
  const view = z.object({ ...kept, ...fields, gaps: z.array(z.enum(gaps)) }).meta({ id: schema })
  const revision = z
    .object({
      ...{ revision: z.int(), at: seconds, by: z.string() },
      content: z.object(fields).optional().meta({ description: 'None: it was removed' }),
    })
    .meta({ id: `${schema}Revision` })
  const all = `/products/{product}/${path}`
  const requestParams = { path: inRecord(words) }
  return {
    [all]: {
      get: {
        summary: `Every ${said} of a product`,
        ...read,
        requestParams: { path: inProduct, query: recordsPage },
        responses: answers({ 200: { description: 'By id', schema: z.array(view) } }),
      },
      post: {
        summary: `Add a ${said}`,
        ...manage,
        requestParams: { path: inProduct },
        requestBody: jsonBody(added),
        responses: answers({ 201: { description: 'Added', schema: view } }),
      },
    },
    [`${all}/{${param}}`]: {
      get: {
        summary: `A ${said}`,
        ...{ ...read, requestParams },
        responses: answers({ 200: { description: 'As it is now', schema: view } }),
      },
      post: {
        summary: `Write a ${said} anew; what it was stays in the history`,
        ...{ ...manage, 'x-if-match': true, requestParams },
        requestBody: jsonBody(set),
        responses: answers({ 200: { description: 'As it is now', schema: view } }),
      },
      delete: {
        summary: `Remove a ${said}; what it was stays in the history`,
        ...{ ...manage, 'x-if-match': true, requestParams },
        responses: answers({ 204: { description: 'Removed' } }),
      },
    },
    [`${all}/{${param}}/revisions`]: {
      get: {
        summary: `Every revision of a ${said}, the newest first`,
        ...read,
        requestParams: { path: inRecord(words), query: recordRevisionsPage },
        responses: answers({ 200: { description: 'Revisions', schema: z.array(revision) } }),
      },
    },
  }
}
