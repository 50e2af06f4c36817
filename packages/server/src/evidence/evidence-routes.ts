import { createHash } from 'node:crypto'
import { Router } from 'express'
import type { ArtifactIntake } from '../artifacts/artifact-intake.ts'
import { readStored } from '../artifacts/stored-file.ts'
import { EVIDENCE_MAX_COUNT } from '../gate/gate-facts.ts'
import { requireRelease } from '../gate/gate-routes.ts'
import { requireContentType } from '../http/content-type.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { readBytes } from '../http/request-body.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { WorkQueue } from '../threads/work-queue.ts'
import { EVIDENCE_MAX_BYTES, type Evidence } from './evidence.ts'
import { evidenceQuery, inEvidence, inEvidenceFile, newEvidenceQuery } from './evidence-api.ts'
import { readEvidence } from './read-evidence.ts'

export interface EvidenceRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactIntake
  readonly clock: Clock
}

export function evidenceRoutes({ database, artifacts, clock }: EvidenceRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  /** Held from before a file is read into memory, of kinds that nobody reads too. */
  const queue = new WorkQueue()

  routes.get('/evidence', async (request, response) => {
    const { product } = permitOf(request)
    const { subject, release, after, limit } = parseRequest(evidenceQuery, request.query)
    const subjects =
      subject !== undefined
        ? [subject]
        : release === undefined
          ? undefined
          : await subjectsOf(product, release)
    const query = { product, subjects, before: after, limit: limit + 1 }
    sendPage(request, response, {
      ...{ items: await database.evidence.list(query), limit, viewOf },
      keyOf: ({ number }: Evidence) => String(number),
    })
  })

  routes.put(
    '/evidence/files/:sha256',
    requireContentType('application/octet-stream'),
    async (request, response) => {
      const { product, actor } = permitOf(request)
      const { sha256 } = parseRequest(inEvidenceFile, { ...request.params, product })
      const { kind, subject, name, outcome } = parseRequest(newEvidenceQuery, request.query)
      const { read, length } = await queue.holding(async (place) => {
        const bytes = await readBytes(request, EVIDENCE_MAX_BYTES)
        if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
          const message = 'The file has another digest than its address'
          throw new HttpError(422, 'EVIDENCE_INVALID', message)
        }
        const read =
          kind === 'sarif' || kind === 'junit'
            ? await readEvidence({ kind, bytes }, place)
            : { outcome: outcome ?? 'failed', counts: {} }
        // Before it is named anywhere: what the database names is there.
        await artifacts.receive(one(bytes), { sha256, length: bytes.length })
        return { read, length: bytes.length }
      }, actor.id)
      const at = secondsOf(clock)
      const evidence = await database.transaction(async (stores) => {
        const about = { product, subjects: [subject], limit: EVIDENCE_MAX_COUNT }
        if ((await stores.evidence.list(about)).length >= EVIDENCE_MAX_COUNT) {
          const message = `There are ${EVIDENCE_MAX_COUNT} pieces of evidence about this digest already`
          throw new HttpError(409, 'EVIDENCE_TOO_MUCH', message)
        }
        const by = { id: actor.id, name: actor.name }
        const file = { sha256, length }
        const kept = await stores.evidence.add({
          ...{ product, subject, kind, name, ...file, ...read, at, by },
        })
        await stores.audit.append({
          ...{ at, actor, action: 'release.evidence-added', product },
          ...{ subject: `evidence/${kept.number}`, outcome: 'done' },
          ...{ requestId: requestIdOf(request) },
          after: { kind, name, about: subject, sha256, outcome: read.outcome },
        })
        return kept
      })
      response.json(viewOf(evidence))
    },
  )

  routes.get('/evidence/:evidence/file', async (request, response) => {
    const { product } = permitOf(request)
    const { evidence: number } = parseRequest(inEvidence, { ...request.params, product })
    const found = await database.evidence.find(product, number)
    if (found === undefined) {
      throw new HttpError(404, 'NO_SUCH_EVIDENCE', 'The product has no such evidence')
    }
    const bytes = await readStored(artifacts, found.sha256)
    if (bytes === undefined) throw new Error(`the bytes of evidence ${number} are not stored`)
    // Somebody else's file: a browser is to store it and not to show it.
    response.set('Content-Disposition', 'attachment; filename="evidence"')
    response.set('X-Content-Type-Options', 'nosniff')
    response.type('application/octet-stream').send(bytes)
  })

  return routes

  async function subjectsOf(product: string, version: string): Promise<readonly string[]> {
    const { release } = await requireRelease(database, product, version)
    return [release.sha256, release.sbom.sha256]
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function viewOf({ product: _, ...evidence }: Evidence) {
  return evidence
}
