/** The EU declaration of conformity: a person reads the draft, and signs exactly that (Annex V, CRA P-002). */
import { createHash } from 'node:crypto'
import { type Request, Router } from 'express'
import type { ArtifactIntake } from '../artifacts/artifact-intake.ts'
import { requireContentType } from '../http/content-type.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { readBytes } from '../http/request-body.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import { gapsOf } from '../product-facts/gaps.ts'
import type { Database, Stores } from '../stores.ts'
import { type SignedDeclaration, type Signer, simplifiedText, standingOf } from './declaration.ts'
import { TRANSLATED } from './declaration-languages.ts'
import { simplifiedIn, translatedItems } from './declaration-translation.ts'
import { declarationsPage, documentQuery, signatureSchema } from './dossier-api.ts'
import { factGaps } from './fact-gaps.ts'

const DOCUMENT_MAX_BYTES = 16 * 1024 ** 2

export interface DeclarationRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactIntake
  readonly clock: Clock
}

export function declarationRoutes({ database, artifacts, clock }: DeclarationRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  routes.get('/declaration', async (request, response) => {
    const { product } = permitOf(request)
    const facts = await factsOf(database, product)
    const latest = await database.declarations.latest(product)
    const { state, draft, draftSha256, signed } = standingOf(product, facts, latest)
    response.json({
      ...{ state, draft: { sha256: draftSha256, text: draft } },
      missing: missingOf(product, facts, now()),
      simplified: simplifiedText(facts),
      translations: TRANSLATED.map((language) => ({
        language,
        text: { product, items: translatedItems(draft, language) },
        simplified: simplifiedIn(language, facts),
      })),
      ...(signed === undefined ? {} : { signed }),
    })
  })

  routes.get('/declaration/signatures', async (request, response) => {
    const { product } = permitOf(request)
    const { after: before, limit } = parseRequest(declarationsPage, request.query)
    const items = await database.declarations.list(product, { before, limit: limit + 1 })
    const keyOf = ({ number }: SignedDeclaration) => String(number)
    sendPage(request, response, { items, limit, keyOf, viewOf: (one) => one })
  })

  routes.post('/declaration/signatures', async (request, response) => {
    const { textSha256, ...signer } = parseRequest(signatureSchema, request.body)
    const signed = await sign(request, { signer, textSha256, document: undefined })
    response.status(201).json(signed)
  })

  routes.put(
    '/declaration/signatures',
    requireContentType('application/octet-stream'),
    async (request, response) => {
      // A body without end is refused as one, whatever else is wrong.
      const bytes = await readBytes(request, DOCUMENT_MAX_BYTES)
      const { textSha256, ...signer } = parseRequest(documentQuery, request.query)
      if (!bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) {
        throw new HttpError(422, 'DECLARATION_NOT_A_PDF', 'Send the signed declaration as a PDF')
      }
      await requireSignable(request, textSha256)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const document = { sha256, length: bytes.length }
      await artifacts.receive(onePart(bytes), document)
      const signed = await sign(request, { signer, textSha256, document })
      response.status(201).json(signed)
    },
  )

  const requireSignable = (request: Request, textSha256: string, stores: Stores = database) =>
    signable(stores, permitOf(request).product, textSha256, now())

  async function sign(
    request: Request,
    what: Pick<SignedDeclaration, 'document' | 'textSha256'> & { readonly signer: Signer },
  ): Promise<SignedDeclaration> {
    const { product, actor } = permitOf(request)
    const { signer, textSha256, document } = what
    return database.transaction(async (stores) => {
      const text = await requireSignable(request, textSha256, stores)
      const latest = await stores.declarations.latest(product)
      const signed: SignedDeclaration = {
        ...{ number: (latest?.number ?? 0) + 1, at: now(), by: actor.id, byName: actor.name },
        ...{ signer, text, textSha256, document },
      }
      if (!(await stores.declarations.add(product, signed))) {
        throw new HttpError(409, 'CHANGED_MEANWHILE', 'Somebody else signed; look again')
      }
      const data = { number: signed.number, name: signer.name, textSha256 }
      await stores.audit.append({
        ...{ at: signed.at, actor, action: 'declaration.signed', product },
        ...{ subject: `declaration/${signed.number}`, outcome: 'done' },
        ...{ after: { ...data, ...signer, document: document?.sha256 ?? null } },
        requestId: requestIdOf(request),
      })
      await stores.events.add({ at: signed.at, type: 'declaration.signed', product, data })
      return signed
    })
  }

  return routes
}

/** The text, when it may be signed and is the one that was read. */
async function signable(stores: Stores, product: string, textSha256: string, now: number) {
  const facts = await factsOf(stores, product)
  const { state, draft, draftSha256 } = standingOf(product, facts, undefined)
  if (state === 'not-due') {
    throw new HttpError(409, 'DECLARATION_NOT_DUE', 'A steward declares no conformity (Art. 24)')
  }
  if (textSha256 !== draftSha256) {
    throw new HttpError(409, 'DECLARATION_CHANGED', 'The draft is another one now; read it again', {
      facts: { textSha256: draftSha256 },
    })
  }
  const missing = missingOf(product, facts, now)
  if (missing.length > 0) {
    const items = missing.map(({ item }) => item).join(' ')
    throw new HttpError(409, 'DECLARATION_INCOMPLETE', 'Items of Annex V are empty: fill them', {
      facts: { items },
    })
  }
  return draft
}

async function factsOf({ facts }: Pick<Stores, 'facts'>, product: string): Promise<ProductFacts> {
  return (await facts.latest(product))?.facts ?? {}
}

/** Of items 1 to 7: the eighth is the signature. */
function missingOf(product: string, facts: ProductFacts, now: number) {
  const known = { release: true, assessment: true, evidence: true }
  const gaps = gapsOf(facts, { known, now, signedSupportEnd: undefined })
  return factGaps({ gaps, product }, 'annex-5', (number) => number !== '8')
}

async function* onePart(bytes: Uint8Array) {
  yield bytes
}
