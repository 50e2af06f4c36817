import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, seconds, sha256, version } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { line } from '../http/written.ts'
import { EVIDENCE_KINDS, READ_KINDS } from './evidence.ts'

export const inEvidenceFile = inProduct.extend({ sha256 })
const number = z.coerce.number().int().min(1)
export const inEvidence = inProduct.extend({ evidence: number })

const name = line(100).trim()

export const newEvidenceQuery = z
  .strictObject({
    kind: z.enum(EVIDENCE_KINDS),
    subject: sha256.meta({ description: 'Digest of the artifact or the SBOM that it is about' }),
    name: name.meta({ description: 'Of the tool or the file; the newest of a name counts' }),
    outcome: z
      .enum(['passed', 'failed'])
      .optional()
      .meta({ description: 'How it went; of what is not read by the server, and only of that' }),
  })
  .refine(({ kind, outcome }) => READ_KINDS.includes(kind) === (outcome === undefined), {
    path: ['outcome'],
    message: 'must be said of what the server does not read, and of nothing else',
  })

export const evidenceQuery = pageQuery(number).extend({
  subject: sha256.optional(),
  release: version.optional().meta({ description: 'For its artifact and its SBOM' }),
})

const evidenceSchema = z
  .object({
    ...{ number: z.int(), subject: sha256, kind: z.enum(EVIDENCE_KINDS), name: z.string() },
    ...{ sha256, length: z.int(), outcome: z.enum(['passed', 'failed']) },
    counts: z.record(z.string(), z.int()).meta({ description: 'What was read in it' }),
    ...{ at: seconds, by: z.object({ id: z.string(), name: z.string() }) },
  })
  .meta({ id: 'Evidence', description: 'A file that is about one artifact or one SBOM' })

const bytes = {
  'application/octet-stream': { schema: { type: 'string' as const, format: 'binary' } },
}

export const evidencePaths: ZodOpenApiPathsObject = {
  '/products/{product}/evidence': {
    get: {
      summary: 'What was brought as evidence, the newest first',
      'x-permission': 'finding.read',
      requestParams: { path: inProduct, query: evidenceQuery },
      responses: answers({ 200: { description: 'Evidence', schema: z.array(evidenceSchema) } }),
    },
  },
  '/products/{product}/evidence/files/{sha256}': {
    put: {
      summary: 'Bring a file as evidence, also before the release is published',
      'x-permission': 'evidence.add',
      requestParams: { path: inEvidenceFile, query: newEvidenceQuery },
      requestBody: { required: true, content: bytes },
      responses: answers({ 200: { description: 'Kept', schema: evidenceSchema } }),
    },
  },
  '/products/{product}/evidence/{evidence}/file': {
    get: {
      summary: 'The file as it was brought',
      'x-permission': 'finding.read',
      requestParams: { path: inEvidence },
      responses: {
        ...answers({}),
        200: { description: 'Its bytes', content: bytes },
      },
    },
  },
}
