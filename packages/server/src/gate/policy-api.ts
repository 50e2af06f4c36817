import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { EVIDENCE_KINDS } from '../evidence/evidence.ts'
import { answers, inProduct, jsonBody } from '../http/api-schema.ts'
import { words } from '../http/written.ts'
import { THRESHOLDS } from './gate-api.ts'
import { GATE_MODES } from './policy.ts'

const fields = {
  mode: z.enum(GATE_MODES).meta({
    description: '`enforced`: a closed gate holds back publishing; `advisory`: it only says so',
  }),
  threshold: z.enum(THRESHOLDS).meta({ description: 'What is as bad must be answered' }),
  evidence: z
    .array(z.enum(EVIDENCE_KINDS))
    .max(EVIDENCE_KINDS.length)
    .meta({ description: 'Kinds of which there must be something, and nothing that failed' }),
  riskAssessment: z.boolean().meta({
    description: 'Whether the risks must have been reviewed, and the next review not be overdue',
  }),
}
const reason = words(1000).trim().meta({ description: 'Why it is changed' })

/** What is left out stays as it is. */
export const policyChangeSchema = z
  .strictObject({ ...z.object(fields).partial().shape, reason })
  .meta({ id: 'GatePolicyChange' })

/** With a product: what is left out is as `FIRST_POLICY` has it. */
export const newPolicySchema = z
  .strictObject({ ...z.object(fields).partial().shape, reason: reason.optional() })
  .refine(({ mode, reason }) => mode !== 'advisory' || reason !== undefined, {
    message: 'an advisory gate needs a reason',
    path: ['reason'],
  })
  .meta({ id: 'NewGatePolicy' })

const policySchema = z
  .object({ ...fields, reason: z.string(), revision: z.int() })
  .meta({ id: 'GatePolicy' })

export const policyPaths: ZodOpenApiPathsObject = {
  '/products/{product}/gate-policy': {
    get: {
      summary: 'What the gate of the product asks for, and whether it holds back publishing',
      'x-permission': 'finding.read',
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The policy', schema: policySchema } }),
    },
    post: {
      summary: 'Change what the gate asks for; what is left out stays',
      ...{ 'x-permission': 'gate.manage', 'x-step-up': true, 'x-if-match': true },
      requestParams: { path: inProduct },
      requestBody: jsonBody(policyChangeSchema),
      responses: answers({ 200: { description: 'Changed', schema: policySchema } }),
    },
  },
}
