/**
 * The agent's settings file. Whoever writes it should need one look at the answer: every mistake is
 * named at once, with its place, what is wrong and what would be right. Unknown fields are mistakes,
 * because a misspelt `acceptVulnerabelNode` must not silently mean its default.
 */
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { isDeviceId, isName, type Json, parseJson } from '@fleetward/shared'
import { type LogSinkSettings, readLogSink } from './activity/log-sink-settings.ts'
import { TRIAL_BOOTS_DEFAULT } from './adapters/slot-bootloader.ts'
import type { HttpProxy } from './connection/tunnel.ts'
import { type Backoff, DEFAULT_BACKOFF } from './core/backoff.ts'
import { type InstallerSettings, readInstaller } from './installers/installer-settings.ts'
import {
  type OwnersDataSettings,
  parseOwnersDataSettings,
} from './owners-data/owners-data-settings.ts'
import { type PageSettings, readPageSettings } from './page/page-settings.ts'
import {
  mistakesOfPrivileges,
  type PrivilegesSettings,
  readPrivileges,
} from './privileged/privileges-settings.ts'
import { mistakesOfSelf, readSelf, type SelfSettings } from './self/self-settings.ts'
import { isText, type Mistake, type Mode, SettingsSection } from './settings-section.ts'
import { type LinkSettings, readArtifactLinks } from './transfer/link-settings.ts'

export interface Settings {
  /** Where they were read from. */
  readonly file: string
  readonly product: string
  readonly device: string
  readonly compatible: string
  /** Absolute. */
  readonly dataFolder: string
  readonly factoryPack: string
  /** What is left out, the factory settings say. */
  readonly updates: { readonly security?: Mode; readonly functionality?: Mode }
  /** Of the local API; in the data folder when left out. */
  readonly socket: string | undefined
  readonly page: PageSettings
  /** Ends with 0 when there is power enough for an update. */
  readonly powerCommand: readonly string[] | undefined
  readonly trialTimeLimitSeconds: number
  readonly trialBoots: number
  readonly bandwidthLimitBytesPerSecond: number | undefined
  readonly production: boolean
  readonly acceptVulnerableNode: string | undefined
  readonly productEnvironment: Readonly<Record<string, string>>
  readonly reconnect: Backoff
  /** Where the server may send this device for the bytes of an artifact. */
  readonly artifactLinks: LinkSettings | undefined
  /** All connections go through it. */
  readonly proxy: HttpProxy | undefined
  /** How often a device without MQTT asks for its manifest over HTTPS. */
  readonly pollSeconds: number
  /** Where the activity log is sent as well. */
  readonly logSink: LogSinkSettings | undefined
  /** How often the agent's files, the configuration and the running slot are compared with their baseline. */
  readonly integrityCheckSeconds: number
  readonly ownersData: OwnersDataSettings
  /** Bundles on a stick are looked for here, if the factory settings allow it. Absolute. */
  readonly bundleFolder: string | undefined
  /** Somebody made this file: a reset is asked for by a button. Absolute. */
  readonly resetTriggerFile: string
  /** Run at every start; what it prints can ask for a reset. */
  readonly resetTriggerCommand: readonly string[] | undefined
  /** How fast they are read for it. */
  readonly integrityBytesPerSecond: number
  readonly installer: InstallerSettings
  /** undefined: the slots hold the product alone. */
  readonly self: SelfSettings | undefined
  /** undefined: one process does everything. */
  readonly privileges: PrivilegesSettings | undefined
}

export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly mistakes: readonly Mistake[]

  constructor(file: string, mistakes: readonly Mistake[]) {
    const lines = mistakes.map(
      ({ path, problem, example }) => `- ${path}: ${problem}. Example: ${example}`,
    )
    super(`The settings in ${file} cannot be used:\n${lines.join('\n')}`)
    this.mistakes = mistakes
  }
}

const SETTINGS_MAX_BYTES = 64 * 1024
const COMPATIBLE_MAX_CHARACTERS = 100

export async function loadSettings(file: string): Promise<Settings> {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const problem = `cannot be read (${reason})`
    throw new SettingsError(file, [{ path: 'the file', problem, example: './settings.json' }])
  }
  return parseSettings(bytes, file)
}

/** Relative folders are relative to the settings file. */
export function parseSettings(bytes: Uint8Array, file: string): Settings {
  const mistakes: Mistake[] = []
  const json = readJson(bytes, mistakes)
  if (json === undefined) throw new SettingsError(file, mistakes)

  const top = new SettingsSection(json, '', mistakes)
  const folder = (name: string, example: string) => {
    const text = top.text(name, isFolder, 'must be the path of a folder', example)
    return isAbsolute(text) ? text : resolve(dirname(file), text)
  }
  const updates = top.section('updates', '{ "security": "automatic", "functionality": "ask" }')
  const dataFolder = folder('dataFolder', '/var/lib/fleetward')
  const ownersData = top.section('ownersData', '{ "method": "file-key", "export": ["photos"] }')
  const reconnect = top.section('reconnect', '{ "firstDelayMs": 1000, "maxDelayMs": 300000 }')
  const settings = {
    file: resolve(file),
    product: top.text('product', isName, 'must be a name of a-z, 0-9 and "-"', 'lumen-gateway-g1'),
    device: top.text(
      'device',
      isDeviceId,
      'must be 1 to 64 of A-Z, a-z, 0-9, "_", "-"',
      'LG1-00017',
    ),
    compatible: top.text(
      'compatible',
      isCompatible,
      'must be 1 to 100 printable characters',
      'lumen,gateway-g1',
    ),
    dataFolder,
    factoryPack: folder('factoryPack', '/etc/fleetward/factory-pack'),
    updates: {
      ...(updates.has('security') ? { security: updates.mode('security', 'automatic') } : {}),
      ...(updates.has('functionality')
        ? { functionality: updates.mode('functionality', 'ask') }
        : {}),
    },
    page: readPageSettings(top.section('page', '{ "port": 8480 }')),
    socket: top.has('socket') ? folder('socket', '/run/fleetward/agent.sock') : undefined,
    powerCommand: top.has('powerCommand') ? top.command('powerCommand') : undefined,
    trialTimeLimitSeconds: top.integer('trialTimeLimitSeconds', 300, 1, 86_400),
    trialBoots: top.integer('trialBoots', TRIAL_BOOTS_DEFAULT, 1, 100),
    bandwidthLimitBytesPerSecond: top.has('bandwidthLimitBytesPerSecond')
      ? top.integer('bandwidthLimitBytesPerSecond', 1_000_000, 1024, Number.MAX_SAFE_INTEGER)
      : undefined,
    production: top.flag('production', false),
    acceptVulnerableNode: top.has('acceptVulnerableNode')
      ? top.text(
          'acceptVulnerableNode',
          isText,
          'must be the sentence that the refusal names',
          '"…"',
        )
      : undefined,
    productEnvironment: top.environment('productEnvironment'),
    reconnect: {
      firstDelayMs: reconnect.integer('firstDelayMs', DEFAULT_BACKOFF.firstDelayMs, 10, 3_600_000),
      maxDelayMs: reconnect.integer('maxDelayMs', DEFAULT_BACKOFF.maxDelayMs, 10, 86_400_000),
    },
    ownersData: parseOwnersDataSettings(ownersData, dataFolder),
    bundleFolder: top.has('bundleFolder')
      ? folder('bundleFolder', '/run/media/fleetward')
      : undefined,
    resetTriggerFile: top.has('resetTriggerFile')
      ? folder('resetTriggerFile', '/run/product/factory-reset')
      : join(dataFolder, 'run', 'factory-reset'),
    resetTriggerCommand: top.has('resetTriggerCommand')
      ? top.command('resetTriggerCommand')
      : undefined,
    pollSeconds: top.integer('pollSeconds', 300, 1, 86_400),
    logSink: readLogSink(top, (path) => resolve(dirname(file), path)),
    artifactLinks: readArtifactLinks(top, (path) => resolve(dirname(file), path)),
    integrityCheckSeconds: top.integer('integrityCheckSeconds', 86_400, 1, 30 * 86_400),
    integrityBytesPerSecond: top.integer(
      'integrityBytesPerSecond',
      5_000_000,
      65_536,
      1_000_000_000,
    ),
    installer: readInstaller(top.section('installer', '{ "kind": "slot-directory" }'), (path) =>
      resolve(dirname(file), path),
    ),
    self: top.has('self')
      ? readSelf(top.section('self', '{ "program": "agent/fleetward-agent.mjs" }'))
      : undefined,
    privileges: top.has('privileges')
      ? readPrivileges(
          top.section('privileges', '{ "socket": "/run/fleetward-installer/installer.sock", … }'),
        )
      : undefined,
    proxy: top.has('proxy')
      ? {
          url: top.text(
            'proxy',
            isProxyUrl,
            'must be the URL of an HTTP proxy without a path',
            'http://proxy.example:3128',
          ),
        }
      : undefined,
  }
  for (const section of [top, updates, reconnect]) section.refuseOthers()
  if (settings.reconnect.maxDelayMs < settings.reconnect.firstDelayMs) {
    const problem = 'must not be smaller than firstDelayMs'
    mistakes.push({ path: 'reconnect.maxDelayMs', problem, example: '300000' })
  }
  mistakes.push(...mistakesOfPrivileges(settings), ...mistakesOfSelf(settings))
  if (mistakes.length > 0) throw new SettingsError(file, mistakes)
  return settings
}

function readJson(bytes: Uint8Array, mistakes: Mistake[]): Json | undefined {
  try {
    return parseJson(bytes, SETTINGS_MAX_BYTES)
  } catch (error) {
    const problem = `is no strict JSON (${(error as Error).message})`
    mistakes.push({ path: 'the file', problem, example: '{ "product": "lumen-gateway-g1", … }' })
    return undefined
  }
}

const isProxyUrl = (value: unknown): value is string => {
  const url = isText(value) ? URL.parse(value) : null
  return url?.protocol === 'http:' && url.pathname === '/' && url.search + url.hash === ''
}
const isFolder = (value: unknown): value is string => isText(value) && value !== ''
const isCompatible = (value: unknown): value is string =>
  isText(value) && value.length <= COMPATIBLE_MAX_CHARACTERS && /^[\x21-\x7e]+$/.test(value)
