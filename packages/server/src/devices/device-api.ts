/** Devices as the operator API words them. */
import { INTEGRITY, UPDATE_STATE_NAMES, WAITING_FOR } from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { deviceId } from '../enrolment/enrolment-token-api.ts'
import { answers, jsonBody, name, productName, seconds, version } from '../http/api-schema.ts'

const PAGE_MAX_COUNT = 500

export const inDevice = z.object({ product: productName, device: deviceId })

export const deviceQuerySchema = z.object({
  after: deviceId.optional().meta({ description: 'Devices behind this id' }),
  cohort: name.optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX_COUNT).default(100),
})

export const reportQuerySchema = z.object({
  before: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Reports older than this' }),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX_COUNT).default(50),
})

/** What this version can ask a device to do (protocol §6). */
export const newCommandSchema = z
  .discriminatedUnion('command', [
    z.strictObject({
      command: z.literal('check-now'),
      arguments: z.strictObject({}).default({}),
    }),
    z.strictObject({
      command: z.literal('assign'),
      arguments: z.strictObject({ cohort: name }),
    }),
    z.strictObject({
      command: z.literal('factory-reset'),
      arguments: z
        .strictObject({ level: z.enum(['settings', 'factory']).default('factory') })
        .default({ level: 'factory' })
        .meta({ description: 'Obeyed only when the owner allowed remote management' }),
    }),
    z.strictObject({
      command: z.literal('erase'),
      arguments: z.strictObject({}).default({}),
    }),
  ])
  .meta({ id: 'NewCommand' })

const state = z.enum(UPDATE_STATE_NAMES).meta({ description: 'protocol §12' })
const waitingFor = z.enum(WAITING_FOR).meta({ description: 'protocol §12' })

export const deviceSchema = z
  .object({
    id: deviceId,
    product: productName,
    cohort: name,
    online: z.boolean(),
    enrolledAt: seconds,
    revokedAt: seconds.optional(),
    lastSeenAt: seconds.optional(),
    certificate: z.object({ serial: z.string(), notAfter: seconds }).optional(),
    state: state.optional(),
    waitingFor: waitingFor.optional(),
    version: version.optional(),
    securityCounter: z.int().optional(),
    rollout: name.optional().meta({ description: 'The rollout it last had to do with' }),
    code: z.string().optional().meta({ description: 'protocol §13' }),
    progress: z.int().optional(),
    inventory: z.record(z.string(), z.string()).optional(),
    integrity: z
      .enum(INTEGRITY)
      .optional()
      .meta({ description: 'What the device last found when it checked its software' }),
    log: z
      .object({ seq: z.int(), off: z.array(z.string()) })
      .optional()
      .meta({ description: 'Its activity log: entries so far, classes the owner switched off' }),
    logBroken: z
      .object({
        flaw: z.enum(['truncated', 'altered', 'unconfirmed']),
        known: z.int(),
        knownHash: z.string(),
        seen: z.int(),
        at: seconds,
      })
      .optional()
      .meta({ description: 'Its activity log no longer leads on from what it told before' }),
    reports: z
      .object({ last: z.int(), missing: z.int(), unchained: z.int(), refused: z.int() })
      .meta({ description: 'The chain of reports: last number, and what did not fit' }),
  })
  .meta({ id: 'Device' })

export const reportSchema = z
  .object({
    seq: z.int(),
    receivedAt: seconds,
    state,
    waitingFor: waitingFor.optional(),
    version,
    rollout: name.optional(),
    code: z.string().optional(),
    refused: z.string().optional(),
    event: z
      .object({
        name: z.string(),
        facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      })
      .optional()
      .meta({ description: 'Something that happened once: a reset, an erase, an import' }),
    missingBefore: z.int().meta({ description: 'Reports that never came before this one' }),
    prevFits: z.boolean(),
    token: z.string().meta({ description: 'As the device signed it, protocol §7' }),
  })
  .meta({ id: 'Report' })

export const commandSchema = z
  .object({
    id: z.int(),
    command: z.string(),
    arguments: z.record(z.string(), z.unknown()),
    state: z.enum(['pending', 'sent']),
    createdAt: seconds,
    seq: z.int().optional(),
    sentAt: seconds.optional(),
  })
  .meta({ id: 'Command' })

export const devicePaths: ZodOpenApiPathsObject = {
  '/products/{product}/devices': {
    get: {
      summary: 'List devices, by id',
      'x-permission': 'device.read',
      requestParams: { path: z.object({ product: productName }), query: deviceQuerySchema },
      responses: answers({ 200: { description: 'A page', schema: z.array(deviceSchema) } }),
    },
  },
  '/products/{product}/devices/{device}': {
    get: {
      summary: 'One device',
      'x-permission': 'device.read',
      requestParams: { path: inDevice },
      responses: answers({ 200: { description: 'The device', schema: deviceSchema } }),
    },
  },
  '/products/{product}/devices/{device}/revoke': {
    post: {
      summary: 'Revoke its certificate and end its connections',
      'x-permission': 'device.manage',
      'x-step-up': true,
      description: 'It can come back with an enrolment token that names it.',
      requestParams: { path: inDevice },
      responses: answers({ 200: { description: 'The device', schema: deviceSchema } }),
    },
  },
  '/products/{product}/devices/{device}/reports': {
    get: {
      summary: 'Its reports, newest first',
      'x-permission': 'device.read',
      requestParams: { path: inDevice, query: reportQuerySchema },
      responses: answers({ 200: { description: 'A page', schema: z.array(reportSchema) } }),
    },
  },
  '/products/{product}/devices/{device}/commands': {
    get: {
      summary: 'Commands to it, newest first',
      'x-permission': 'device.read',
      requestParams: { path: inDevice },
      responses: answers({ 200: { description: 'Commands', schema: z.array(commandSchema) } }),
    },
    post: {
      summary: 'Ask it to do something',
      description:
        'Kept until the device is there; `assign` changes its cohort at once. `factory-reset` and `erase` need `device.erase` and a fresh proof.',
      'x-permission': 'device.command',
      requestParams: { path: inDevice },
      requestBody: jsonBody(newCommandSchema),
      responses: answers({ 202: { description: 'The intent', schema: commandSchema } }),
    },
  },
}
