/** Which slot boots, and the agent that lies in it. Only from a slot that was verified whole: nothing else runs. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { SlotBootloader } from '../adapters/slot-bootloader.ts'
import type { Installer, Log, SlotName } from '../ports.ts'

export interface SlotAgent {
  readonly slot: SlotName
  readonly isOnTrial: boolean
  readonly words: readonly string[]
  /** Working directory. */
  readonly folder: string
  /** The starter's own: the slot has none. */
  readonly isOwn: boolean
}

export interface SlotAgentOptions {
  readonly dataFolder: string
  /** Of the agent in a slot, below its folder. */
  readonly program: string
  /** The agent that runs where a slot has none: the one that came with this starter. */
  readonly ownAgent: readonly string[]
  readonly bootloader: Pick<SlotBootloader, 'boot' | 'isOnTrial' | 'abandonTrial'>
  readonly installer: Pick<Installer, 'contents'>
  readonly log: Log
}

/** Boots: of a slot on trial a try is taken. */
export async function bootAgent(options: SlotAgentOptions): Promise<SlotAgent> {
  const { bootloader, installer, log } = options
  const slot = await bootloader.boot()
  const isOnTrial = await bootloader.isOnTrial(slot)
  const contents = await installer.contents(slot)
  if (contents === undefined && isOnTrial) {
    // Not for the starter's own agent to sort out: it may be years older than the one in the permanent slot.
    log.write('error', 'slot-unusable', { slot })
    await bootloader.abandonTrial()
    return bootAgent(options)
  }
  const path = contents === undefined ? '' : join(contents.folder, options.program)
  if (contents === undefined || !existsSync(path)) {
    const { ownAgent, dataFolder } = options
    return { slot, isOnTrial, words: ownAgent, folder: dataFolder, isOwn: true }
  }
  const words = /\.(?:mjs|cjs|js|ts)$/.test(path) ? ['node', path] : [path]
  return { slot, isOnTrial, words, folder: contents.folder, isOwn: false }
}
