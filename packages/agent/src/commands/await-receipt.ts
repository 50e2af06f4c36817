/** A reset ends the agent's run and everything that is connected to it; its receipt is there once it is back. */
import { setTimeout } from 'node:timers/promises'
import type { Json } from '@fleetward/shared'
import type { AgentClient } from '../local-api/client.ts'
import { AgentAwayError } from '../local-api/client.ts'

const LOOK_EVERY_MS = 200
/** Much data takes long to overwrite; the reset goes on whether somebody waits or not. */
const PATIENCE_MS = 120_000

/** undefined: it waits for an update, or takes longer than anybody wants to watch. */
export async function awaitReceipt(agent: AgentClient, begun: Json): Promise<Json | undefined> {
  const { id, state } = begun as { id: string; state: string }
  if (state === 'waiting') return undefined
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    await setTimeout(LOOK_EVERY_MS)
    try {
      const { receipts } = (await agent.json('/1/receipts')) as unknown as {
        receipts: readonly { readonly id: string }[]
      }
      const found = receipts.find((receipt) => receipt.id === id)
      if (found !== undefined) return found as unknown as Json
    } catch (error) {
      if (!(error instanceof AgentAwayError)) throw error
    }
  }
  return undefined
}
