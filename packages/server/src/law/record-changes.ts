/** A record of a product is added, changed or removed: as a revision, with its entry in the audit log. */
import type { IncomingMessage } from 'node:http'
import type { Json } from '@fleetward/shared'
import { permitOf } from '../http/door/permit.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Database, Stores } from '../stores.ts'
import type { KeptRecord, RecordKind, RecordKinds } from './record.ts'

/** Of one kind in one product. The components of an SBOM are more than what people name by hand. */
const MAX_COUNTS: Readonly<Record<RecordKind, number>> = {
  ...{ requirement: 100, component: 20_000, 'upstream-report': 2_000, standard: 200 },
  ...{ 'data-use': 500, information: 1, 'public-declaration': 1 },
}

export interface RecordChangesNeeds {
  readonly database: Database
  readonly now: () => number
}

export class RecordChanges {
  readonly #needs: RecordChangesNeeds

  constructor(needs: RecordChangesNeeds) {
    this.#needs = needs
  }

  /** `undefined` removes it. Throws 409 when it is not at `before` any more. */
  set<Kind extends RecordKind>(
    request: IncomingMessage,
    kind: Kind,
    change: {
      readonly id: string
      readonly before: KeptRecord<Kind> | undefined
      readonly content: RecordKinds[Kind] | undefined
    },
  ): Promise<KeptRecord<Kind>> {
    return this.#needs.database.transaction((stores) => this.setIn(stores, request, kind, change))
  }

  async setIn<Kind extends RecordKind>(
    stores: Pick<Stores, 'records' | 'audit'>,
    request: IncomingMessage,
    kind: Kind,
    {
      id,
      before,
      content,
    }: {
      readonly id: string
      readonly before: KeptRecord<Kind> | undefined
      readonly content: RecordKinds[Kind] | undefined
    },
  ): Promise<KeptRecord<Kind>> {
    const { product, actor } = permitOf(request)
    const at = this.#needs.now()
    const [newest] = await stores.records.revisions(product, kind, id, { limit: 1 })
    const isSame = newest?.content === undefined ? before === undefined : before !== undefined
    if (!isSame || (before !== undefined && before.revision !== newest?.revision)) {
      throw changedMeanwhile()
    }
    if (before === undefined) await requireRoom(stores, product, kind)
    const revision = { id, revision: (newest?.revision ?? 0) + 1, at, by: actor.id, content }
    if (!(await stores.records.add(product, kind, revision))) throw changedMeanwhile()
    const act = content === undefined ? 'removed' : before === undefined ? 'added' : 'changed'
    await stores.audit.append({
      ...{ at, actor, product, subject: `${kind}/${id}`, action: `${kind}.${act}` },
      ...(before === undefined ? {} : { before: jsonOf(before.content) }),
      ...(content === undefined ? {} : { after: jsonOf(content) }),
      ...{ outcome: 'done', requestId: requestIdOf(request) },
    })
    return revision as KeptRecord<Kind>
  }
}

async function requireRoom(
  { records }: Pick<Stores, 'records'>,
  product: string,
  kind: RecordKind,
): Promise<void> {
  const max = MAX_COUNTS[kind]
  if ((await records.count(product, kind)) < max) return
  throw new HttpError(409, 'TOO_MANY_RECORDS', `The product has ${max} of these already`, {
    facts: { kind, max },
  })
}

function jsonOf(content: object): Json {
  return JSON.parse(JSON.stringify(content))
}

function changedMeanwhile(): HttpError {
  return new HttpError(409, 'CHANGED_MEANWHILE', 'It changed meanwhile; look again')
}
