/** `fleetward-agent pairing`: how the owner's browser gets in. Whoever may ask the socket may know. */
import type { Json } from '@fleetward/shared'
import { AgentRefusal } from '../local-api/client.ts'
import type { AgentCommand, CommandContext } from './command.ts'

interface ShownPairing {
  readonly code: string
  readonly urls: readonly string[]
  readonly localNetwork?: { readonly urls: readonly string[]; readonly fingerprint: string }
}

export const pairingCommand: AgentCommand = {
  name: 'pairing',
  usage: '[--renew]',
  summary: 'The pairing code of the owner’s page, and where it is; --renew makes a new code.',
  examples: ['fleetward-agent pairing', 'fleetward-agent pairing --renew'],
  options: { renew: { type: 'boolean' } },
  run: async (context) => {
    const json = await askPairing(context)
    context.out.answer(json, sayPairing(json as unknown as ShownPairing))
    return 0
  },
}

async function askPairing({ agent, values, out }: CommandContext): Promise<Json> {
  const running = await agent()
  try {
    return await (values.renew === true
      ? running.json('/1/pairing', { method: 'POST', body: {} })
      : running.json('/1/pairing'))
  } catch (error) {
    if (error instanceof AgentRefusal && error.code === 'NOT_FOUND_HERE') {
      out.note('The owner’s page of this device is switched off: page.enabled in its settings.')
    }
    throw error
  }
}

function sayPairing({ code, urls, localNetwork }: ShownPairing): string[] {
  const isOpen = urls.length > 0
  return [
    `Pairing code: ${code}`,
    isOpen
      ? `On the device itself: ${urls.join(' ')}`
      : 'The page is not open on the device itself: its port is taken (see page-unavailable in the agent’s log).',
    ...(localNetwork === undefined
      ? ['On the local network: switched off.']
      : [
          `On the local network: ${localNetwork.urls.join(' ')}`,
          'The browser warns once. Go on only if it shows this SHA-256 fingerprint:',
          localNetwork.fingerprint,
        ]),
  ]
}
