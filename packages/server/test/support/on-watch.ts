/** Whoever looks at what needs a person now; each answer is held to the schema that the document shows. */
import assert from 'node:assert/strict'
import type { z } from 'zod'
import { attentionSchema } from '../../src/attention/attention-api.ts'
import type { Caller } from './people.ts'
import type { TestServer } from './test-server.ts'

export type Attention = z.output<typeof attentionSchema>
export type AnyMatter = Attention['matters'][number]
type Kind = AnyMatter['kind']
export type MatterOf<K extends Kind> = Extract<AnyMatter, { kind: K }>

export async function attention(of: Pick<Caller | TestServer, 'call'>): Promise<Attention> {
  const { status, body } = await of.call('GET', '/attention')
  assert.equal(status, 200, JSON.stringify(body))
  // What the schema does not name would be cut off by reading it.
  assert.deepEqual(attentionSchema.parse(body), body)
  return body
}

/** Those of one kind, in their order. */
export async function mattersOf<K extends Kind>(
  kind: K,
  of: Pick<Caller | TestServer, 'call'>,
): Promise<MatterOf<K>[]> {
  const { matters } = await attention(of)
  return matters.filter((one): one is MatterOf<K> => one.kind === kind)
}
