import { AUDIT_OUTCOMES } from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, productName, seconds, sha256 } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { EXPORT_FORMATS } from './export/exported-log.ts'

const WORD_MAX_CHARACTERS = 256
const word = z.string().min(1).max(WORD_MAX_CHARACTERS)
const seq = z.coerce.number().int().min(1)
const when = z.coerce.number().int().min(0)

export const auditQuery = pageQuery(seq).extend({
  product: productName.optional(),
  actor: word.optional().meta({ description: 'Account id; also what its tokens and tools did' }),
  action: word.optional().meta({
    description: 'One action, or with a dot at its end a beginning: `rollout.`',
    example: 'rollout.paused',
  }),
  subject: word.optional().meta({
    description: 'One subject, or with a slash at its end a beginning: `device/`',
    example: 'rollout/1-4-3-ab12',
  }),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  since: when.optional().meta({ description: 'Seconds since 1970, inclusive' }),
  until: when.optional().meta({ description: 'Seconds since 1970, inclusive' }),
})

export const exportQuery = z.strictObject({
  format: z.enum(EXPORT_FORMATS).default('jsonl'),
  since: when.optional().meta({ description: 'Seconds since 1970; from the beginning without it' }),
})

const actorSchema = z
  .object({
    kind: z.string(),
    id: z.string(),
    name: z.string(),
    person: z.string().optional().meta({ description: 'Account id of who answers for it' }),
    via: z.string(),
    address: z.string().optional(),
    credential: z.string().optional().meta({ description: 'Id of the session or the token' }),
  })
  .meta({ id: 'Actor' })

const entrySchema = z
  .object({
    seq: z.int(),
    hash: sha256,
    prev: z.string(),
    at: seconds,
    actor: actorSchema,
    action: z.string(),
    product: z.string().optional(),
    subject: z.string(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    outcome: z.enum(AUDIT_OUTCOMES),
    code: z.string().optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'AuditEntry', description: 'Who did what, or tried to: one line of the audit log' })

const headSchema = z
  .object({
    seq: z.int(),
    hash: z.string(),
    statement: z
      .string()
      .optional()
      .meta({ description: 'The same, signed by the server; absent while there is no entry' }),
    checkpoint: z
      .string()
      .optional()
      .meta({ description: 'Up to where retention has deleted entries, signed' }),
    keys: z.unknown().meta({ description: 'JWK set that verifies both' }),
  })
  .meta({ id: 'AuditHead', description: 'Keep it elsewhere: later it shows what was cut off' })

const verdictSchema = z
  .object({
    lines: z.int(),
    firstSeq: z.int(),
    head: z.object({ seq: z.int(), hash: z.string() }),
    broken: z.object({ seq: z.int(), flaw: z.string() }).optional(),
  })
  .meta({ id: 'AuditVerdict', description: '`broken` names the first entry that does not fit' })

const AUDIT_READ = { 'x-permission': 'audit.read' } as const

export const auditPaths: ZodOpenApiPathsObject = {
  '/audit': {
    get: {
      summary: 'Entries of the audit log, the newest first',
      ...AUDIT_READ,
      'x-any-product': true,
      requestParams: { query: auditQuery },
      responses: answers({ 200: { description: 'Entries', schema: z.array(entrySchema) } }),
    },
  },
  '/audit/head': {
    get: {
      summary: 'How far the audit log has come, signed',
      ...AUDIT_READ,
      responses: answers({ 200: { description: 'The head', schema: headSchema } }),
    },
  },
  '/audit/verification': {
    get: {
      summary: 'Whether the audit log is whole, looked at now by the server itself',
      ...AUDIT_READ,
      responses: answers({ 200: { description: 'What it found', schema: verdictSchema } }),
    },
  },
  '/audit/export': {
    get: {
      summary: 'The audit log as JSON lines, RFC 5424 or OCSF, one entry a line',
      ...AUDIT_READ,
      requestParams: { query: exportQuery },
      responses: {
        ...answers({}),
        200: {
          description: 'Entries; JSON lines begin with the keys and end with the signed head',
          content: {
            'application/x-ndjson': { schema: z.string() },
            'text/plain': { schema: z.string() },
          },
        },
      },
    },
  },
}
