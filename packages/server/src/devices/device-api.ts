/** Devices as the operator API words them. */
import { INTEGRITY, UPDATE_STATE_NAMES, WAITING_FOR } from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { deviceId } from '../enrolment/enrolment-token-api.ts'
import {
  answers,
  inProduct,
  jsonBody,
  name,
  productName,
  seconds,
  version,
} from '../http/api-schema.ts'
import { PAGE_MAX_COUNT, pageQuery } from '../http/page.ts'
import { line, lineOrNone } from '../http/written.ts'
import {
  ATTRIBUTE_TEXT_MAX_CHARACTERS,
  ATTRIBUTES_MAX_COUNT,
  isAttributeName,
} from './attribute-value.ts'
import { FILTER_MAX_CHARACTERS } from './filter/tokens.ts'

export const inDevice = z.object({ product: productName, device: deviceId })

export const filterText = z
  .string()
  .max(FILTER_MAX_CHARACTERS)
  .meta({ description: 'docs/filters.md', example: 'version < 1.4.3 and attr.region = "eu"' })

const chosen = {
  filter: filterText.optional(),
  saved: name.optional().meta({ description: 'The name of a saved filter, instead of one' }),
  cohort: name.optional(),
}
export const countQuerySchema = z.strictObject(chosen)
export const deviceQuerySchema = pageQuery(deviceId).extend(chosen)

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

/** Beyond this a number is not what it looks like (IEEE 754). */
const NUMBER_MAX = 1e15

export const ownWindowSchema = z
  .object({
    weekdays: z.array(z.int()).meta({ description: '1 is Monday; on these it opens' }),
    ...{ from: z.string(), to: z.string(), timeZone: z.string() },
    opens: seconds.meta({ description: 'Open since then, or opens next then' }),
    closes: seconds,
  })
  .meta({ id: 'OwnWindow', description: 'Its owner’s maintenance window, where the device tells' })

export const attributeValue = z
  .union([
    lineOrNone(ATTRIBUTE_TEXT_MAX_CHARACTERS),
    z.number().min(-NUMBER_MAX).max(NUMBER_MAX),
    z.boolean(),
  ])
  .meta({ description: 'A text, a number, true or false' })

const attributeName = z
  .string()
  .refine(isAttributeName, 'must be a name: letters, digits, inside also . _ and -, at most 64')

const attributeCount = (attributes: object) =>
  Object.keys(attributes).length <= ATTRIBUTES_MAX_COUNT
const tooMany = `at most ${ATTRIBUTES_MAX_COUNT} attributes`

export const attributesSchema = z
  .record(attributeName, attributeValue)
  .refine(attributeCount, tooMany)

/** What an operator decides about a device; what is not named stays as it is. */
export const deviceChangeSchema = z
  .strictObject({
    cohort: name.optional(),
    pinned: z.boolean().optional().meta({
      description: 'Whether rules leave it where it is; true when a cohort is given, unless said',
    }),
    test: z.boolean().optional(),
    attributes: z
      .record(attributeName, attributeValue.nullable())
      .refine(attributeCount, tooMany)
      .optional()
      .meta({ description: 'Null takes one away' }),
  })
  .refine((change) => Object.keys(change).length > 0, 'must name what is to be changed')
  .meta({ id: 'DeviceChange' })

export const quarantineSchema = z
  .strictObject({ reason: line(200).meta({ description: 'For people' }) })
  .meta({ id: 'NewQuarantine' })

const state = z.enum(UPDATE_STATE_NAMES).meta({ description: 'protocol §12' })
const waitingFor = z.enum(WAITING_FOR).meta({ description: 'protocol §12' })

export const deviceSchema = z
  .object({
    id: deviceId,
    product: productName,
    cohort: name,
    pinned: z.boolean().meta({ description: 'No rule moves it from its cohort' }),
    test: z.boolean(),
    quarantine: z
      .object({ at: seconds, by: z.string(), reason: z.string() })
      .optional()
      .meta({ description: 'It gets no offers' }),
    cloneSuspected: z
      .object({ since: seconds, returns: z.int(), conflicts: z.int(), wentBack: z.int() })
      .optional()
      .meta({
        description:
          'One identity seems to be in two places: how often it came back to where it was, signed two reports under one number, and went back in its numbers',
      }),
    attributes: z
      .record(z.string(), attributeValue)
      .meta({ description: 'What operators set; what it reports is its inventory' }),
    online: z.boolean(),
    enrolledAt: seconds,
    revokedAt: seconds.optional(),
    lastSeenAt: seconds.optional(),
    flappedAt: seconds.optional().meta({
      description: 'When it last connected too often; for an hour from then on it flaps',
    }),
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
    owner: z
      .object({
        automaticSecurity: z.boolean(),
        automaticFunctionality: z.boolean(),
        postponedUntil: seconds.optional(),
        optedOut: z.boolean(),
        window: z.union([z.literal('none'), ownWindowSchema]).optional(),
      })
      .optional()
      .meta({ description: 'What its owner chose, as it last reported (protocol §7)' }),
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

const theDevice = answers({ 200: { description: 'The device', schema: deviceSchema } })
const countSchema = z.object({ count: z.int() }).meta({ id: 'DeviceCount' })
const tombstoneSchema = z
  .object({ id: deviceId, decommissioned: z.literal(true) })
  .meta({ id: 'DecommissionedDevice' })

export const devicePaths: ZodOpenApiPathsObject = {
  '/products/{product}/devices': {
    get: {
      summary: 'List devices that a filter means, by id',
      'x-permission': 'device.read',
      requestParams: { path: inProduct, query: deviceQuerySchema },
      responses: answers({ 200: { description: 'A page', schema: z.array(deviceSchema) } }),
    },
  },
  '/products/{product}/devices/{device}': {
    get: {
      summary: 'One device',
      'x-permission': 'device.read',
      requestParams: { path: inDevice },
      responses: theDevice,
    },
    patch: {
      summary: 'Change its cohort, attributes and marks',
      description:
        'Only what is named. With If-Match and the ETag of the device, only what was seen.',
      'x-permission': 'device.manage',
      requestParams: { path: inDevice },
      requestBody: jsonBody(deviceChangeSchema),
      responses: theDevice,
    },
  },
  '/products/{product}/device-count': {
    get: {
      summary: 'Count devices that a filter means',
      'x-permission': 'device.read',
      requestParams: { path: inProduct, query: countQuerySchema },
      responses: answers({ 200: { description: 'How many', schema: countSchema } }),
    },
  },
  '/products/{product}/devices/{device}/quarantine': {
    post: {
      summary: 'Keep all offers and artifacts from it',
      description: 'Its reports still come in. Reasons stay in the audit log: name no person.',
      'x-permission': 'device.manage',
      requestParams: { path: inDevice },
      requestBody: jsonBody(quarantineSchema),
      responses: theDevice,
    },
  },
  '/products/{product}/devices/{device}/release': {
    post: {
      summary: 'End its quarantine',
      'x-permission': 'device.manage',
      requestParams: { path: inDevice },
      responses: theDevice,
    },
  },
  '/products/{product}/devices/{device}/dismiss-suspicion': {
    post: {
      summary: 'Say that it is one device: what was seen so far counts no more',
      'x-permission': 'device.manage',
      requestParams: { path: inDevice },
      responses: theDevice,
    },
  },
  '/products/{product}/devices/{device}/decommission': {
    post: {
      summary: 'Revoke it for good and delete what is known of it',
      description:
        'Reports, inventory, attributes, commands and tokens are deleted. Its id stays taken; to use it again, expect a device of this id with `again`.',
      'x-permission': 'device.erase',
      'x-step-up': true,
      requestParams: { path: inDevice },
      responses: answers({ 200: { description: 'What is left of it', schema: tombstoneSchema } }),
    },
  },
  '/products/{product}/devices/{device}/revoke': {
    post: {
      summary: 'Revoke its certificate and end its connections',
      'x-permission': 'device.manage',
      'x-step-up': true,
      description: 'It can come back with an enrolment token that names it.',
      requestParams: { path: inDevice },
      responses: theDevice,
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
