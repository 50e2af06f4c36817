/** `log --verify`: whether the hash chain is whole, and leads on from a head that somebody kept. */
import type { CommandContext } from './command.ts'
import { textOf, UsageError } from './command.ts'

interface Verified {
  readonly whole: boolean
  readonly entries: number
  readonly head: { readonly seq: number; readonly hash: string }
  readonly broken?: { readonly seq: number; readonly flaw: string }
}

/** 1 when the log was tampered with. */
export async function verifyLog(context: CommandContext): Promise<number> {
  const agent = await context.agent()
  const head = textOf(context.values, 'head')
  const json = await agent.json(`/1/log/verify${head === undefined ? '' : queryOf(head)}`)
  const { whole, entries, head: last, broken } = json as unknown as Verified
  context.out.answer(json, [
    whole
      ? `The log is whole: ${entries} entries, up to ${last.seq}:${last.hash}.`
      : `The log was changed at entry ${broken?.seq}: ${broken?.flaw}. Keep the device as it is, and compare with the log server or an earlier export.`,
  ])
  return whole ? 0 : 1
}

function queryOf(head: string): string {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(head) ?? []
  if (seq === undefined || hash === undefined) {
    throw new UsageError('--head SEQ:HASH, as an earlier --verify said it.')
  }
  return `?seq=${seq}&hash=${hash}`
}
