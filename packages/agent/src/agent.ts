/**
 * Puts the agent together: the run of the update machine over the real disk, product and server.
 *
 * The product comes first. It is started from the booted slot before there is an identity, a
 * network or a manifest, and nothing that goes wrong with those ends it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeVerifier } from '@fleetward/platform'
import { codeOf, type Facts, signReport } from '@fleetward/shared'
import { DeviceActivity } from './activity/device-activity.ts'
import { DeviceReadiness } from './adapters/device-readiness.ts'
import { FileRecordStore } from './adapters/file-record-store.ts'
import { systemChance, systemClock, systemPlace, systemTimer } from './adapters/system.ts'
import { startBackground } from './assembly/background.ts'
import { Connections } from './assembly/connections.ts'
import { deviceRoutes } from './assembly/device-routes.ts'
import { openReleases } from './assembly/open-releases.ts'
import { openSurfaces } from './assembly/surfaces.ts'
import { BundleIntake } from './bundle/bundle-intake.ts'
import { BundleShelf } from './bundle/bundle-shelf.ts'
import type { BundledReleases } from './bundle/bundled-releases.ts'
import { BundledTransfer } from './bundle/bundled-transfer.ts'
import type { HttpsClient } from './connection/https-client.ts'
import { Line } from './connection/line.ts'
import { MqttConnection } from './connection/mqtt-connection.ts'
import { defaultsFrom } from './core/owners-choices.ts'
import type { UpdateState } from './core/update-machine.ts'
import { type DataFolders, makeFolders } from './data-folder/folders.ts'
import { installationPlaces } from './data-folder/installation-places.ts'
import { loadRecord } from './data-folder/load-record.ts'
import { type FactoryPack, loadFactoryPack } from './enrolment/factory-pack.ts'
import { ensureKey } from './enrolment/identity.ts'
import { keepIdentity } from './enrolment/keep-identity.ts'
import { BaselineFile } from './integrity/baseline.ts'
import { SlotDirectoryCheck } from './integrity/slot-check.ts'
import { witnessed } from './integrity/witnessed-installer.ts'
import { socketIn } from './local-api/socket-path.ts'
import { MessageReader } from './messages/message-reader.ts'
import { inventoryOf } from './owners-data/inventory.ts'
import { withOwnersData } from './owners-data/product-settings.ts'
import type { Log, Ports, Transfer } from './ports.ts'
import { openInstallation } from './privileged/open-installation.ts'
import { findFactorySettings } from './reset/factory-settings.ts'
import { finishReset } from './reset/finish-reset.ts'
import { ResetDesk } from './reset/reset-desk.ts'
import { ResetIntentFile } from './reset/reset-intent.ts'
import { UpdateRun } from './run/update-run.ts'
import { type Settings, SettingsError } from './settings.ts'
import { ArtifactLinks } from './transfer/artifact-links.ts'
import { HttpsTransfer } from './transfer/https-transfer.ts'

/** As in package.json; a test keeps them together. */
export const AGENT_VERSION = '0.1.0'

export interface Surroundings {
  readonly log: Log
  /** What the product may inherit from. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborts when the agent is to end. */
  readonly signal: AbortSignal
}

/**
 * Runs until `signal` aborts; rejects when the agent cannot go on. The product ends with it. A reset
 * ends what runs and begins again from nothing but what lies on the disk, as a boot does. `bootAgain`: this
 * agent lies in a slot, and another slot is to run.
 */
export async function runAgent(
  settings: Settings,
  surroundings: Surroundings,
): Promise<'ended' | 'bootAgain'> {
  const { signal } = surroundings
  for (let isStart = true; ; isStart = false) {
    const pack = await loadFactoryPack(settings.factoryPack)
    requireOwnPack(settings, pack)
    const resetting = { ...surroundings, agentVersion: AGENT_VERSION, isStart }
    try {
      await finishReset(settings, pack, resetting)
    } catch (error) {
      // Asked to end while the disk did not let the reset go on; the next start does.
      if (signal.aborted && codeOf(error) !== undefined) return 'ended'
      throw error
    }
    const ending = await runUntilReset(settings, pack, surroundings)
    if (ending !== 'reset') return ending
  }
}

async function runUntilReset(
  settings: Settings,
  pack: FactoryPack,
  surroundings: Surroundings,
): Promise<'ended' | 'bootAgain' | 'reset'> {
  const { log, environment } = surroundings
  const { product, device, dataFolder } = settings
  // Aborts with this run's end, whatever brings it: nobody waits for a restart of the machine then.
  const over = new AbortController()
  const signal = AbortSignal.any([surroundings.signal, over.signal])
  const ended = Promise.withResolvers<void>()
  const onFailed = (error: unknown) => ended.reject(error)
  const folders = await makeFolders(dataFolder)
  const key = await ensureKey(folders.identity)
  const reportKey = await key.toCryptoKey()
  const name = { product, device }

  // Filled in below; nothing asks before the run has begun.
  let run: UpdateRun | undefined
  const nowMs = () => (run === undefined ? systemClock.systemMs() : run.now() * 1000)
  const connections = new Connections({
    ...{ ca: pack.serverCa, proxy: settings.proxy },
    linkCa: settings.artifactLinks && (await readFile(settings.artifactLinks.ca, 'utf8')),
  })
  const { publicClient, deviceClient, linkClient } = connections
  const { releases, trust, originOf } = openReleases({
    ...{ pack, folders, client: publicClient, now: nowMs },
  })
  const factory = await findFactorySettings(dataFolder, pack, nodeVerifier)
  const shelf = new BundleShelf(dataFolder)
  const bootingAgain = Promise.withResolvers<'bootAgain'>()
  const installation = openInstallation({
    settings: await withOwnersData(settings),
    ...{ log, environment, signal, originOf, onFailed },
    bootAgain: () => bootingAgain.resolve('bootAgain'),
  })
  const { installer, bootloader } = installation
  const store = new FileRecordStore(dataFolder)
  const record = await loadRecord({ store, bootloader, installer, systemClock, log }, pack.cohort)

  const activity = await DeviceActivity.open({
    ...{ dataFolder, systemClock, log, record, device, agentVersion: AGENT_VERSION },
    sink: settings.logSink,
    defaults: factory.settings.log,
    ...{ timer: systemTimer, chance: systemChance, backoff: settings.reconnect },
  })
  const mqtt = new MqttConnection({
    ...{ ...name, broker: pack.server.mqtt, ca: pack.serverCa, cohort: record.cohort },
    identity: () => connections.requireIdentity(),
    ...{ proxy: settings.proxy, backoff: settings.reconnect, chance: systemChance.share },
    onMessage: (topic, payload) => reader.takeMessage(topic, payload),
    onChange: (state, facts) => {
      line.changed(state)
      log.write(state === 'online' ? 'info' : 'warning', state, facts)
      if (state === 'online') run?.announceNews()
    },
  })
  const line = new Line({
    ...{ mqtt, client: deviceClient, server: pack.server.device },
    pollMs: settings.pollSeconds * 1000,
    ...{ timer: systemTimer, chance: systemChance },
    onManifest: (kind, token) => reader.take(kind, token),
    onPollFailed: (error) => log.write('info', 'poll-failed', factsOf(error)),
  })
  const isSlotDirectory = settings.installer.kind === 'slot-directory'
  const slotCheck = isSlotDirectory
    ? new SlotDirectoryCheck(installationPlaces(settings).slots)
    : undefined
  const baseline = new BaselineFile(dataFolder)
  const ports: Ports = {
    ...{
      systemClock,
      place: systemPlace,
      timer: systemTimer,
      chance: systemChance,
      log,
      store,
      releases,
    },
    transfer: transferOf(settings, { pack, folders, deviceClient, linkClient, releases, shelf }),
    readiness: new DeviceReadiness({
      ...{ dataFolder, log, powerCommand: settings.powerCommand },
      // Of an image the slot is a place of its own.
      slotBytes: ({ installedSize }) => (isSlotDirectory ? installedSize : 0),
    }),
    installer: witnessed(installer, slotCheck, baseline),
    ...{ bootloader, product: installation.product },
    reportChannel: line,
    reportSigner: { sign: (report) => signReport(report, reportKey) },
    activity: activity.log,
  }
  const kind = { compatible: settings.compatible, installers: [settings.installer.kind] }
  const options = {
    device: {
      ...{ ...name, ...kind },
      defaults: defaultsFrom(factory.settings, settings.updates),
      telemetry: factory.settings.telemetry,
      bandwidthLimitBytesPerSecond: settings.bandwidthLimitBytesPerSecond,
      trialTimeLimitMs: settings.trialTimeLimitSeconds * 1000,
    },
    record,
    inventory: () =>
      inventoryOf(
        {
          ...{ agent: AGENT_VERSION, compatible: settings.compatible },
          timeZone: systemPlace.timeZone(),
        },
        factory.settings.telemetry,
      ),
    backoff: settings.reconnect,
    onState: (state: UpdateState) => reset.stateChanged(state),
  }
  const reset = new ResetDesk({
    ...{ device, intents: new ResetIntentFile(dataFolder), log },
    ...{ chance: systemChance, timer: systemTimer, activity: activity.log },
    state: () => (run?.record ?? record).state,
    now: () => Math.floor(nowMs() / 1000),
  })
  try {
    run = await UpdateRun.begin(ports, options, signal)
  } catch (error) {
    await activity.stop()
    // Asked to end while the disk was still too full to begin.
    if (signal.aborted && codeOf(error) !== undefined) return 'ended'
    throw error
  }
  run.ended.then(ended.resolve, onFailed)

  await reset.resume()
  const { broken } = activity.log
  if (broken !== undefined) {
    run.reportFinding({ code: 'LOG_ALTERED', facts: { ...broken } }).catch(onFailed)
  }
  const bundles = new BundleIntake({
    run,
    shelf,
    releases,
    trust,
    log,
    device: { ...name, ...kind },
  })
  const background = await startBackground({
    ...{ settings, run, log, activity: activity.log, factory, releases, bundles, reset },
    ...{ baseline, slotCheck, agentVersion: AGENT_VERSION, environment, nowMs, signal, onFailed },
  })
  const surfaces = await openSurfaces({
    ...{ run, log, agentVersion: AGENT_VERSION, activity: activity.log },
    socket: settings.socket ?? socketIn(dataFolder),
    page: pageOf(settings, factory.settings.page.enabled),
    device: { ...name, compatible: settings.compatible },
    facts: factory.settings,
    line: () => line.standing,
    lastServerContact: () => line.lastContact,
    metadata: () => releases.versions(),
    checkNow: () => line.pollOnce(signal),
    routes: deviceRoutes({
      ...{ settings, pack, run, log, activity: activity.log, factory, bundles, reset },
      ...{ integrity: background.integrity, line, agentVersion: AGENT_VERSION },
    }),
  })
  const reader = new MessageReader({
    ...{ ...name, run, releases, onFailed },
    ...{ timer: systemTimer, chance: systemChance, backoff: settings.reconnect },
    checkNow: () => line.pollOnce(signal),
    changeCohort: (cohort) => mqtt.changeCohort(cohort),
    onManifest: (token, audience) => {
      installation.tellTime(token, audience).catch((error: unknown) => {
        log.write('warning', 'time-not-told', factsOf(error))
      })
    },
    askReset: async (level) => void (await reset.ask({ level, by: 'server' })),
  })
  const keeping = keepIdentity({
    ...{ folder: folders.identity, name, publicClient, deviceClient, pack, nowMs, signal, log },
    ...{ timer: systemTimer, chance: systemChance, backoff: settings.reconnect },
    activity: activity.log,
    onIdentity: (identity) => {
      if (connections.take(identity)) mqtt.start()
      else mqtt.reconnect().catch(onFailed)
    },
  })
  keeping.catch(onFailed)
  const polling = line.poll(signal)
  polling.catch(onFailed)

  const stopped = Promise.withResolvers<void>()
  if (signal.aborted) stopped.resolve()
  signal.addEventListener('abort', () => stopped.resolve(), { once: true })
  let why: unknown
  try {
    why = await Promise.race([ended.promise, stopped.promise, reset.due, bootingAgain.promise])
  } finally {
    over.abort()
    // All at once: each is told to end before the requests it waits for are cut off, whatever the server does.
    const stopping = [
      background.ended,
      surfaces.stop(),
      reader.stop(),
      mqtt.stop(),
      run.stop().catch(() => installation.product.stop()),
    ]
    const toServer = Promise.allSettled([keeping, polling])
    connections.close()
    await Promise.all(stopping)
    await toServer
    await activity.stop()
    installation.close()
  }
  if (surroundings.signal.aborted) return 'ended'
  if (why === 'bootAgain') return why
  return reset.isDue ? 'reset' : 'ended'
}

function transferOf(
  { bandwidthLimitBytesPerSecond, artifactLinks }: Settings,
  parts: {
    readonly pack: FactoryPack
    readonly folders: DataFolders
    readonly deviceClient: HttpsClient
    readonly linkClient: HttpsClient | undefined
    readonly releases: BundledReleases
    readonly shelf: BundleShelf
  },
): Transfer {
  const { pack, folders, deviceClient, linkClient: client, releases, shelf } = parts
  const isLinked = client !== undefined && artifactLinks !== undefined
  const download = new HttpsTransfer({
    ...{ client: deviceClient, server: pack.server.device, folder: folders.download },
    fetchTarget: (path, sha256, maxBytes) => releases.fetchTarget(path, sha256, maxBytes),
    bandwidthLimitBytesPerSecond,
    links: isLinked ? new ArtifactLinks({ ...artifactLinks, client }) : undefined,
  })
  return new BundledTransfer(download, shelf, folders.download)
}

function pageOf({ page, dataFolder, factoryPack }: Settings, byFactory: boolean) {
  if (!(page.enabled ?? byFactory)) return undefined
  const labelFile = join(factoryPack, 'pairing-code')
  return { settings: page, folder: join(dataFolder, 'page'), labelFile }
}

/** A device never takes the updates of another product, whatever pack somebody put on it. */
function requireOwnPack({ product, factoryPack }: Settings, pack: FactoryPack): void {
  if (pack.product === product) return
  const problem = `the factory pack in ${factoryPack} is for ${pack.product}`
  throw new SettingsError('the settings file', [
    { path: 'product', problem, example: `"${pack.product}"` },
  ])
}

function factsOf(error: unknown): Facts {
  const known = codeOf(error)
  // An unforeseen one must not pass as a poll that failed.
  if (known === undefined) throw error
  return { ...known.facts, code: known.code }
}
