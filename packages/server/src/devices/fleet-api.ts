/** Many devices at once, imports, and devices that are expected, as the operator API words them. */
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { deviceId } from '../enrolment/enrolment-token-api.ts'
import { answers, inProduct, jsonBody, name, problemSchema, seconds } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import {
  attributesSchema,
  deviceChangeSchema,
  filterText,
  inDevice,
  quarantineSchema,
} from './device-api.ts'
import { IMPORT_LINES_MAX_COUNT, IMPORT_MAX_BYTES, MISTAKES_SHOWN } from './import/limits.ts'

/** One request; the answer says where to go on. */
export const BULK_MAX_COUNT = 2_000
const TOKEN_VALID_SECONDS_MAX = 366 * 86_400

export const bulkSchema = z
  .strictObject({
    filter: filterText.optional(),
    saved: name.optional(),
    devices: z.array(deviceId).min(1).max(BULK_MAX_COUNT).optional(),
    change: deviceChangeSchema.optional(),
    quarantine: quarantineSchema.optional(),
    release: z.literal(true).optional(),
    dryRun: z.boolean().default(false).meta({ description: 'Only say how many it would be' }),
    expect: z.int().min(0).optional().meta({
      description: 'How many a dry run said; refused when the filter means another number by now',
    }),
    after: deviceId.optional().meta({ description: 'Where the answer before ended' }),
  })
  .refine(
    ({ filter, saved, devices }) => [filter, saved, devices].filter(isGiven).length === 1,
    'name the devices by a filter, by a saved filter, or by their ids',
  )
  .refine(
    ({ change, quarantine, release }) => [change, quarantine, release].filter(isGiven).length === 1,
    'say one thing to be done: a change, a quarantine or a release',
  )
  .meta({ id: 'BulkChange' })

function isGiven(value: unknown): boolean {
  return value !== undefined
}

const bulkAnswer = z
  .object({
    matched: z.int().meta({ description: 'Devices that are meant' }),
    changed: z.int().meta({ description: 'Of this request; others were so already' }),
    after: deviceId.optional().meta({ description: 'There are more: repeat with this' }),
  })
  .meta({ id: 'BulkAnswer' })

export const newExpectedSchema = z
  .strictObject({
    id: deviceId,
    cohort: name.optional().meta({ description: 'Otherwise the one its token names' }),
    pinned: z
      .boolean()
      .optional()
      .meta({ description: 'True when a cohort is given, unless said' }),
    test: z.boolean().default(false),
    attributes: attributesSchema.default({}),
    again: z
      .boolean()
      .default(false)
      .meta({ description: 'Also when a device of this id was decommissioned' }),
    token: z
      .strictObject({ validSeconds: z.int().min(1).max(TOKEN_VALID_SECONDS_MAX).default(604_800) })
      .optional()
      .meta({ description: 'Makes an enrolment token for it; needs `enrolment.create`' }),
  })
  .meta({ id: 'NewExpectedDevice' })

const expectedSchema = z
  .object({
    id: deviceId,
    cohort: name.optional(),
    pinned: z.boolean(),
    test: z.boolean(),
    attributes: attributesSchema,
    expectedAt: seconds,
    token: z.string().optional().meta({ description: 'Shown once' }),
  })
  .meta({ id: 'ExpectedDevice' })

export const expectedQuerySchema = pageQuery(deviceId)

export const importQuerySchema = z.strictObject({
  dryRun: z.enum(['true', 'false']).default('false'),
})

const importAnswer = z
  .object({
    lines: z.int(),
    expected: z.int().meta({ description: 'New on the list of expected devices' }),
    changed: z
      .int()
      .meta({ description: 'Known devices, enrolled or expected, that were changed' }),
    unchanged: z.int(),
    dryRun: z.boolean(),
  })
  .meta({ id: 'Import' })

const importRefused = problemSchema
  .extend({
    mistakes: z.array(z.object({ line: z.int(), what: z.string(), field: z.string().optional() })),
  })
  .meta({ id: 'ImportRefused', description: `The first ${MISTAKES_SHOWN} mistakes` })

export const fleetPaths: ZodOpenApiPathsObject = {
  '/products/{product}/device-changes': {
    post: {
      summary: 'Change many devices',
      description: `At most ${BULK_MAX_COUNT} in one request. Each has its own entry in the audit log.`,
      'x-permission': 'device.manage',
      requestParams: { path: inProduct },
      requestBody: jsonBody(bulkSchema),
      responses: answers({ 200: { description: 'What was done', schema: bulkAnswer } }),
    },
  },
  '/products/{product}/device-import': {
    put: {
      summary: 'Import devices: those that are known are changed, the others are expected',
      description: `CSV with a header, or JSON lines; at most ${IMPORT_LINES_MAX_COUNT} lines and ${IMPORT_MAX_BYTES} bytes. Nothing is done unless every line can be. The same file again changes nothing.`,
      'x-permission': 'device.manage',
      requestParams: { path: inProduct, query: importQuerySchema },
      requestBody: {
        required: true,
        content: {
          'text/csv': { schema: z.string() },
          'application/x-ndjson': { schema: z.string() },
        },
      },
      responses: {
        ...answers({ 200: { description: 'What was done', schema: importAnswer } }),
        '422': {
          description: 'Lines that cannot be imported',
          content: { 'application/problem+json': { schema: importRefused } },
        },
      },
    },
  },
  '/products/{product}/expected-devices': {
    get: {
      summary: 'Devices that are known and have not enrolled, by id',
      'x-permission': 'device.read',
      requestParams: { path: inProduct, query: expectedQuerySchema },
      responses: answers({ 200: { description: 'A page', schema: z.array(expectedSchema) } }),
    },
    post: {
      summary: 'Expect a device: what is said of it here counts from its enrolment on',
      'x-permission': 'device.manage',
      'x-secret-answer': true,
      requestParams: { path: inProduct },
      requestBody: jsonBody(newExpectedSchema),
      responses: answers({ 201: { description: 'It is expected', schema: expectedSchema } }),
    },
  },
  '/products/{product}/expected-devices/{device}': {
    delete: {
      summary: 'Expect it no more',
      'x-permission': 'device.manage',
      requestParams: { path: inDevice },
      responses: answers({ 204: { description: 'Done' } }),
    },
  },
}
