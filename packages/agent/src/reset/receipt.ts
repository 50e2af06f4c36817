/**
 * What a device signs about a reset: when, what, by which method, with which result. Kept on the device
 * for its owner to show, also without a network; the server gets the same facts in a report.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, removeDurably, writeFileDurably } from '@fleetward/platform'
import {
  deviceUrn,
  type Facts,
  sha256Hex,
  signToken,
  type TokenForm,
  type TokenToSign,
} from '@fleetward/shared'
import type { EraseMethod } from '../owners-data/owners-data-settings.ts'
import type { ResetLevel } from './reset-intent.ts'

export interface Receipt {
  readonly id: string
  readonly product: string
  readonly device: string
  readonly scope: ResetLevel
  /** How the owner's data went; absent when it stayed. */
  readonly method?: EraseMethod
  readonly result: 'done'
  /** Seconds since 1970. */
  readonly askedAt: number
  readonly doneAt: number
  readonly by: string
  readonly agent: string
  /** Of the settings in force afterwards. */
  readonly settingsDigest: string
}

export interface KeptReceipt {
  readonly receipt: Receipt
  /** Signed with the device's key. */
  readonly token: string
}

const FORM: TokenForm = { typ: 'fleetward-receipt+jws', alg: 'ES256', maxBytes: 4096 }
const RECEIPTS_MAX_COUNT = 10

export function receiptFacts(receipt: Receipt): Facts {
  const { id, scope, method, result, doneAt, by, agent, settingsDigest } = receipt
  const how = method === undefined ? {} : { method }
  return { id, scope, ...how, result, doneAt, by, agent, settingsDigest }
}

export class Receipts {
  readonly #folder: string

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'receipts')
  }

  /** A receipt of the same reset is replaced; the oldest beyond ten go. */
  async keep(receipt: Receipt, key: TokenToSign['key']): Promise<void> {
    const { product, device, ...claims } = receipt
    const iss = deviceUrn(product, device)
    const token = await signToken({ ...FORM, key, claims: { iss, iat: receipt.doneAt, ...claims } })
    await makeDirectory(this.#folder)
    const path = join(this.#folder, nameOf(receipt))
    await writeFileDurably(path, JSON.stringify({ receipt, token }))
    const names = await this.#names()
    for (const name of names.slice(0, -RECEIPTS_MAX_COUNT)) {
      await removeDurably(join(this.#folder, name))
    }
  }

  /** The newest first. */
  async all(): Promise<KeptReceipt[]> {
    const kept: KeptReceipt[] = []
    for (const name of (await this.#names()).reverse()) {
      const text = await readFile(join(this.#folder, name), 'utf8')
      // Written by this agent alone, whole or not at all.
      kept.push(JSON.parse(text) as KeptReceipt)
    }
    return kept
  }

  async #names(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => [])
    return names.filter((name) => /^\d{12}-[0-9a-f]{12}\.json$/.test(name)).sort()
  }
}

function nameOf({ id, askedAt }: Receipt): string {
  const part = sha256Hex(new TextEncoder().encode(id)).slice(0, 12)
  return `${String(askedAt).padStart(12, '0')}-${part}.json`
}
