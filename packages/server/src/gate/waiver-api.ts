import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, seconds, version } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { words } from '../http/written.ts'
import { GATE_CODES } from './gate.ts'

const waiverId = z
  .string()
  .regex(/^[0-9a-f-]{36}$/)
  .meta({ example: '01234567-89ab-4cde-8f01-23456789abcd' })
export const inWaiver = inProduct.extend({ waiver: waiverId })
export const waiverQuery = pageQuery(waiverId).extend({ version: version.optional() })

const named = {
  version,
  code: z.enum(GATE_CODES),
  finding: z.string().max(36).optional().meta({ description: 'As the reason names it' }),
  about: z.string().max(200).optional().meta({ description: 'As the reason names it' }),
}

export const newWaiverSchema = z
  .strictObject({
    ...named,
    reason: words(2000).trim().meta({ description: 'Why it may go out in spite of it' }),
    until: seconds.meta({ description: 'At most 90 days from now' }),
  })
  .meta({ id: 'NewGateWaiver' })

const waiverSchema = z
  .object({
    ...{ id: waiverId, ...named, reason: z.string(), by: z.string(), name: z.string() },
    ...{ at: seconds, until: seconds, isInForce: z.boolean() },
    ...{ endedAt: seconds.optional(), endedBy: z.string().optional() },
  })
  .meta({ id: 'GateWaiver', description: 'One reason of the gate, let through until a time' })

export const waiverPaths: ZodOpenApiPathsObject = {
  '/products/{product}/gate-waivers': {
    get: {
      summary: 'What was waived, the newest first, also what is over',
      'x-permission': 'finding.read',
      requestParams: { path: inProduct, query: waiverQuery },
      responses: answers({ 200: { description: 'Waivers', schema: z.array(waiverSchema) } }),
    },
    post: {
      summary: 'Let one reason of the gate through for one release, until a time',
      description: 'The newest answer of the gate about the release must name this very reason.',
      ...{ 'x-permission': 'finding.decide', 'x-step-up': true },
      requestParams: { path: inProduct },
      requestBody: jsonBody(newWaiverSchema),
      responses: answers({ 201: { description: 'Waived', schema: waiverSchema } }),
    },
  },
  '/products/{product}/gate-waivers/{waiver}/end': {
    post: {
      summary: 'End a waiver before its time',
      'x-permission': 'finding.decide',
      requestParams: { path: inWaiver },
      responses: answers({ 200: { description: 'Ended', schema: waiverSchema } }),
    },
  },
}
