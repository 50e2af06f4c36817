import { DECLARATION_STATES, DOSSIER_STATUSES } from '@fleetward/shared'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers, inProduct, jsonBody, seconds, sha256 } from '../http/api-schema.ts'
import { pageQuery } from '../http/page.ts'
import { line } from '../http/written.ts'
import { TRANSLATED } from './declaration-languages.ts'

const number = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
export const inDossier = inProduct.extend({ version: number })
export const dossiersPage = pageQuery(number)
export const declarationsPage = pageQuery(number)

const signerFields = {
  name: line().meta({ description: 'Who signs' }),
  function: line().meta({ description: 'As what' }),
  place: line().meta({ description: 'Where' }),
  date: z.iso.date().meta({ description: 'When', example: '2026-11-21' }),
}
const textSha256 = sha256.meta({ description: 'Of the draft that was read, as `draft.sha256`' })

export const buildSchema = z.strictObject({}).meta({ id: 'DossierOrder' })
export const signatureSchema = z
  .strictObject({ ...signerFields, textSha256 })
  .meta({ id: 'DeclarationSignature' })
export const declarationPublicationSchema = z
  .strictObject({
    isPublic: z.boolean(),
    number: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'Of the signed declaration; the newest when left out' }),
  })
  .meta({ id: 'DeclarationPublication' })
export const documentQuery = z.strictObject({ ...signerFields, textSha256 })

const gapSchema = z
  .object({ item: z.string(), what: z.string(), next: z.string() })
  .meta({ id: 'DossierGap', description: 'What an annex asks for and the dossier has not' })

const dossierSchema = z
  .object({
    version: z.int().meta({ description: 'Of the dossiers of the product, from 1' }),
    state: z.enum(['built', 'building', 'broken-off', 'failed']),
    begunAt: seconds,
    by: z.string().meta({ description: 'Account' }),
    filesDone: z.int(),
    filesInAll: z.int().meta({ description: '0 while it is not known' }),
    trouble: z.string().optional(),
    status: z.enum(DOSSIER_STATUSES).optional(),
    declaration: z.enum(DECLARATION_STATES).optional(),
    gaps: z.array(gapSchema).optional(),
    sha256: sha256.optional(),
    length: z.int().optional(),
    manifestSha256: sha256.optional(),
    retainedUntil: seconds.optional().meta({ description: 'Nobody deletes it before' }),
  })
  .meta({ id: 'Dossier' })

const textSchema = z.object({
  product: z.string(),
  items: z.array(z.object({ number: z.string(), title: z.string(), lines: z.array(z.string()) })),
})

const signedSchema = z
  .object({
    ...{ number: z.int(), at: seconds, by: z.string(), byName: z.string() },
    signer: z.object(signerFields),
    ...{ text: textSchema, textSha256: sha256 },
    document: z.object({ sha256, length: z.int() }).optional(),
  })
  .meta({ id: 'SignedDeclaration' })

const standingSchema = z
  .object({
    state: z.enum(DECLARATION_STATES),
    draft: z.object({ sha256, text: textSchema }),
    missing: z.array(gapSchema).meta({ description: 'Nobody can sign it before' }),
    simplified: z.string().meta({ description: 'Annex VI' }),
    translations: z
      .array(z.object({ language: z.enum(TRANSLATED), text: textSchema, simplified: z.string() }))
      .meta({ description: 'Of the draft; what is signed, and decides, is the draft' }),
    signed: signedSchema.optional(),
  })
  .meta({ id: 'Declaration', description: 'EU declaration of conformity, Annex V' })

const publicSchema = z
  .object({
    ...{ isPublic: z.boolean(), revision: z.int(), changedAt: seconds.optional() },
    number: z.int().optional().meta({ description: 'Of the declaration that the public reads' }),
    newest: z.int().meta({ description: 'Of the newest that was signed; 0: nobody has signed' }),
    address: z.string().meta({ description: 'Where it is, when it is public' }),
  })
  .meta({ id: 'PublicDeclaration' })

const read = { 'x-permission': 'dossier.read' } as const
const sign = { 'x-permission': 'declaration.sign', 'x-step-up': true } as const
const archive = { 'application/zip': { schema: z.string().meta({ format: 'binary' }) } }

export const dossierPaths: ZodOpenApiPathsObject = {
  '/products/{product}/dossiers': {
    get: {
      summary: 'Every dossier of the product, the newest first',
      ...read,
      requestParams: { path: inProduct, query: dossiersPage },
      responses: answers({ 200: { description: 'Dossiers', schema: z.array(dossierSchema) } }),
    },
    post: {
      summary: 'Build the technical documentation of the product as it is now',
      'x-permission': 'dossier.build',
      requestParams: { path: inProduct },
      requestBody: jsonBody(buildSchema),
      responses: answers({ 202: { description: 'It is being built', schema: dossierSchema } }),
    },
  },
  '/products/{product}/dossiers/{version}': {
    get: {
      summary: 'A dossier: how far it is, or what it lacks',
      ...read,
      requestParams: { path: inDossier },
      responses: answers({ 200: { description: 'The dossier', schema: dossierSchema } }),
    },
    delete: {
      summary: 'Refused: says until when a dossier has to stay',
      'x-permission': 'dossier.build',
      requestParams: { path: inDossier },
      responses: answers({}),
    },
  },
  '/products/{product}/dossiers/{version}/archive': {
    get: {
      summary: 'The archive, with its signed manifest',
      ...read,
      requestParams: { path: inDossier },
      responses: { ...answers({}), 200: { description: 'A zip', content: archive } },
    },
  },
  '/products/{product}/declaration': {
    get: {
      summary: 'The declaration of conformity: its draft, and what was signed',
      ...read,
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'The declaration', schema: standingSchema } }),
    },
  },
  '/products/{product}/declaration/signatures': {
    get: {
      summary: 'Every declaration that was signed, the newest first',
      ...read,
      requestParams: { path: inProduct, query: declarationsPage },
      responses: answers({ 200: { description: 'Declarations', schema: z.array(signedSchema) } }),
    },
    post: {
      summary: 'Sign the draft, for the manufacturer',
      ...sign,
      requestParams: { path: inProduct },
      requestBody: jsonBody(signatureSchema),
      responses: answers({ 201: { description: 'Signed', schema: signedSchema } }),
    },
    put: {
      summary: 'Hand in the draft as it was signed elsewhere, as a PDF',
      ...sign,
      requestParams: { path: inProduct, query: documentQuery },
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
      },
      responses: answers({ 201: { description: 'Signed', schema: signedSchema } }),
    },
  },
  '/products/{product}/declaration/publication': {
    get: {
      summary: 'Whether the public reads a declaration, and which',
      'x-permission': 'product.read',
      requestParams: { path: inProduct },
      responses: answers({ 200: { description: 'As it is now', schema: publicSchema } }),
    },
    post: {
      summary: 'Show the public a signed declaration, or take it away',
      ...{ 'x-permission': 'product.manage', 'x-if-match': true },
      requestParams: { path: inProduct },
      requestBody: jsonBody(declarationPublicationSchema),
      responses: answers({ 200: { description: 'As it is now', schema: publicSchema } }),
    },
  },
}
