/**
 * Puts the agent together: the run of the update machine over the real disk, product and server.
 *
 * The product comes first. It is started from the booted slot before there is an identity, a
 * network or a manifest, and nothing that goes wrong with those ends it.
 */
import { arch, release as osRelease, platform } from 'node:os'
import { join } from 'node:path'
import { nodeVerifier } from '@fleetward/platform'
import {
  codeOf,
  type FactoryDefaults,
  type Facts,
  signReport,
  TransferError,
} from '@fleetward/shared'
import { DeviceActivity } from './activity/device-activity.ts'
import { logRoutes } from './activity/log-routes.ts'
import { DeviceReadiness } from './adapters/device-readiness.ts'
import { FileRecordStore } from './adapters/file-record-store.ts'
import { systemChance, systemClock, systemTimer } from './adapters/system.ts'
import { Systemd } from './adapters/systemd.ts'
import { TufReleases } from './adapters/tuf-releases.ts'
import { BundleIntake } from './bundle/bundle-intake.ts'
import { bundleRoutes } from './bundle/bundle-routes.ts'
import { BundleShelf } from './bundle/bundle-shelf.ts'
import { BundledReleases } from './bundle/bundled-releases.ts'
import { BundledTransfer } from './bundle/bundled-transfer.ts'
import { watchBundleFolder } from './bundle/watch-bundle-folder.ts'
import { type ClientIdentity, HttpsClient } from './connection/https-client.ts'
import { Line } from './connection/line.ts'
import { MqttConnection } from './connection/mqtt-connection.ts'
import { defaultsFrom } from './core/owners-choices.ts'
import type { UpdateState } from './core/update-machine.ts'
import { makeFolders } from './data-folder/folders.ts'
import { installationPlaces } from './data-folder/installation-places.ts'
import { loadRecord } from './data-folder/load-record.ts'
import { type FactoryPack, loadFactoryPack } from './enrolment/factory-pack.ts'
import { ensureKey } from './enrolment/identity.ts'
import { keepIdentity } from './enrolment/keep-identity.ts'
import { agentFiles } from './integrity/agent-files.ts'
import { BaselineFile } from './integrity/baseline.ts'
import { configurationFiles } from './integrity/configuration-files.ts'
import { integrityRoutes } from './integrity/integrity-routes.ts'
import { IntegrityWatch } from './integrity/integrity-watch.ts'
import { SlotDirectoryCheck } from './integrity/slot-check.ts'
import { witnessed } from './integrity/witnessed-installer.ts'
import { socketIn } from './local-api/socket-path.ts'
import { MessageReader } from './messages/message-reader.ts'
import { ImportDesk } from './owners-data/import-desk.ts'
import { opennessRoutes } from './owners-data/openness-routes.ts'
import { ownersDataRoutes } from './owners-data/owners-data-routes.ts'
import { withOwnersData } from './owners-data/product-settings.ts'
import { keepRetention } from './owners-data/retention.ts'
import type { Log, Ports } from './ports.ts'
import { openInstallation } from './privileged/open-installation.ts'
import { bringSettings } from './reset/bring-settings.ts'
import { findFactorySettings } from './reset/factory-settings.ts'
import { finishReset } from './reset/finish-reset.ts'
import { Receipts } from './reset/receipt.ts'
import { ResetDesk } from './reset/reset-desk.ts'
import { ResetIntentFile } from './reset/reset-intent.ts'
import { resetRoutes } from './reset/reset-routes.ts'
import { watchTrigger } from './reset/watch-trigger.ts'
import { UpdateRun } from './run/update-run.ts'
import { type Settings, SettingsError } from './settings.ts'
import { openSurfaces } from './surfaces.ts'
import { HttpsTransfer } from './transfer/https-transfer.ts'
import { FileMetadataStore } from './tuf/file-metadata-store.ts'
import { httpsMetadataSource } from './tuf/metadata-source.ts'
import { TufClient } from './tuf/tuf-client.ts'

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
  const { log } = surroundings
  // Aborts with this run's end, whatever brings it: nobody waits for a restart of the machine then.
  const over = new AbortController()
  const signal = AbortSignal.any([surroundings.signal, over.signal])
  const folders = await makeFolders(settings.dataFolder)
  const key = await ensureKey(folders.identity)
  const reportKey = await key.toCryptoKey()
  const name = { product: settings.product, device: settings.device }

  let identity: ClientIdentity | undefined
  const requireIdentity = (): ClientIdentity => {
    if (identity !== undefined) return identity
    throw new TransferError('SERVER_UNREACHABLE', { reason: 'not enrolled yet' })
  }
  const { proxy } = settings
  const publicClient = new HttpsClient({ ca: pack.serverCa, proxy })
  const deviceClient = new HttpsClient({ ca: pack.serverCa, proxy, identity: requireIdentity })

  // Filled in below; nothing asks before the run has begun.
  let run: UpdateRun | undefined
  const nowMs = () => (run === undefined ? systemClock.systemMs() : run.now() * 1000)
  const trust = {
    store: new FileMetadataStore(folders.tuf),
    trustFolder: folders.trust,
    factoryRoot: pack.root,
  }
  const network = {
    metadata: httpsMetadataSource(publicClient, repositoryUrl(pack, 'metadata')),
    targets: httpsMetadataSource(publicClient, repositoryUrl(pack, 'targets')),
  }
  const tuf = new TufClient({
    store: trust.store,
    source: network.metadata,
    verifier: nodeVerifier,
    now: nowMs,
    factoryRoot: pack.root,
  })
  const factory = await findFactorySettings(settings.dataFolder, pack, nodeVerifier)
  const releases = new BundledReleases(
    new TufReleases({
      client: tuf,
      targets: network.targets,
      product: settings.product,
      trustFolder: folders.trust,
    }),
  )
  const shelf = new BundleShelf(settings.dataFolder)
  const bootingAgain = Promise.withResolvers<'bootAgain'>()
  const installation = openInstallation({
    bootAgain: () => bootingAgain.resolve('bootAgain'),
    settings: await withOwnersData(settings),
    log,
    environment: surroundings.environment,
    signal,
    originOf: (path = '') => releases.originOf(path) ?? network,
    onFailed: (error) => failed(error),
  })
  const { installer, bootloader, product } = installation
  const download = new HttpsTransfer({
    client: deviceClient,
    server: pack.server.device,
    folder: folders.download,
    fetchTarget: (path, sha256, maxBytes) => releases.fetchTarget(path, sha256, maxBytes),
    bandwidthLimitBytesPerSecond: settings.bandwidthLimitBytesPerSecond,
  })
  const transfer = new BundledTransfer(download, shelf, folders.download)
  const store = new FileRecordStore(settings.dataFolder)
  const record = await loadRecord({ store, bootloader, installer, systemClock, log }, pack.cohort)

  const activity = await DeviceActivity.open({
    dataFolder: settings.dataFolder,
    ...{ systemClock, log, record, agentVersion: AGENT_VERSION, device: settings.device },
    sink: settings.logSink,
    defaults: factory.settings.log,
    ...{ timer: systemTimer, chance: systemChance, backoff: settings.reconnect },
  })

  const mqtt = new MqttConnection({
    broker: pack.server.mqtt,
    ca: pack.serverCa,
    identity: requireIdentity,
    ...name,
    cohort: record.cohort,
    proxy,
    backoff: settings.reconnect,
    chance: systemChance.share,
    onMessage: (topic, payload) => reader.takeMessage(topic, payload),
    onChange: (state, facts) => {
      line.changed(state)
      log.write(state === 'online' ? 'info' : 'warning', state, facts)
      if (state === 'online') run?.announceNews()
    },
  })
  const line = new Line({
    mqtt,
    client: deviceClient,
    server: pack.server.device,
    pollMs: settings.pollSeconds * 1000,
    timer: systemTimer,
    chance: systemChance,
    onManifest: (kind, token) => reader.take(kind, token),
    onPollFailed: (error) => log.write('info', 'poll-failed', factsOf(error)),
  })
  const baseline = new BaselineFile(settings.dataFolder)
  const slotCheck =
    settings.installer.kind === 'slot-directory'
      ? new SlotDirectoryCheck(installationPlaces(settings).slots)
      : undefined
  const ports: Ports = {
    systemClock,
    timer: systemTimer,
    chance: systemChance,
    log,
    store,
    releases,
    transfer,
    readiness: new DeviceReadiness({
      dataFolder: settings.dataFolder,
      powerCommand: settings.powerCommand,
      // Of an image the slot is a place of its own.
      slotBytes: ({ installedSize }) =>
        settings.installer.kind === 'slot-directory' ? installedSize : 0,
      log,
    }),
    installer: witnessed(installer, slotCheck, baseline),
    bootloader,
    product,
    reportChannel: line,
    reportSigner: { sign: (report) => signReport(report, reportKey) },
    activity: activity.log,
  }

  const ended = Promise.withResolvers<void>()
  const failed = (error: unknown) => ended.reject(error)
  const options = {
    device: {
      ...name,
      compatible: settings.compatible,
      defaults: defaultsFrom(factory.settings, settings.updates),
      bandwidthLimitBytesPerSecond: settings.bandwidthLimitBytesPerSecond,
      trialTimeLimitMs: settings.trialTimeLimitSeconds * 1000,
      installers: [settings.installer.kind],
    },
    record,
    inventory: inventoryOf(settings, factory.settings.telemetry),
    backoff: settings.reconnect,
    onState: (state: UpdateState) => reset.stateChanged(state),
  }
  const reset = new ResetDesk({
    ...{ device: settings.device, intents: new ResetIntentFile(settings.dataFolder), log },
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
  run.ended.then(ended.resolve, failed)

  await reset.resume()
  watchTrigger(settings.resetTriggerFile, { reset, timer: systemTimer, log, signal }).catch(failed)

  if (factory.refused !== undefined) {
    const { code, facts } = factory.refused
    log.write('warning', 'factory-settings-refused', { code, ...facts })
    const entry = { class: 'security', event: 'factory-settings-refused', by: 'agent' } as const
    await activity.log.record({ ...entry, facts: { code, ...facts } })
  }
  const tending = { timer: systemTimer, log, signal }
  bringSettings(releases, tending).catch(failed)
  keepRetention({ ...tending, run, dataFolder: settings.dataFolder }).catch(failed)

  const { broken } = activity.log
  if (broken !== undefined) {
    run.reportFinding({ code: 'LOG_ALTERED', facts: { ...broken } }).catch(failed)
  }
  const integrity = new IntegrityWatch({
    ...{ run, baseline, activity: activity.log, log, timer: systemTimer },
    // Whoever develops the agent edits its files all the time; in a slot they are the slot's.
    agentFiles: settings.production && settings.self === undefined ? agentFiles : async () => [],
    signal,
    slots: slotCheck,
    agentVersion: AGENT_VERSION,
    configurationFiles: configurationFiles(settings),
    nowMs,
    intervalMs: settings.integrityCheckSeconds * 1000,
    bytesPerSecond: settings.integrityBytesPerSecond,
  })
  const watching = integrity.watch()
  watching.catch(failed)

  const bundles = new BundleIntake({
    ...{ run, shelf, releases, trust, log },
    device: { ...name, compatible: settings.compatible, installers: [settings.installer.kind] },
  })
  bundles.resume().catch(failed)
  if (factory.settings.usbBundles && settings.bundleFolder !== undefined) {
    const watched = { folder: settings.bundleFolder, bundles, activity: activity.log }
    watchBundleFolder({ ...tending, ...watched }).catch(failed)
  }
  const surfaces = await openSurfaces({
    ...{ run, log, agentVersion: AGENT_VERSION },
    socket: settings.socket ?? socketIn(settings.dataFolder),
    page: pageOf(settings, factory.settings.page.enabled),
    activity: activity.log,
    device: { ...name, compatible: settings.compatible },
    facts: factory.settings,
    line: () => line.standing,
    lastServerContact: () => line.lastContact,
    metadata: () => releases.versions(),
    checkNow: () => line.pollOnce(signal),
    routes: [
      ...logRoutes({ activity: activity.log, device: settings.device }),
      ...integrityRoutes(integrity),
      ...bundleRoutes(run, bundles),
      ...resetRoutes({ reset, receipts: new Receipts(settings.dataFolder) }),
      ...ownersDataRoutes({
        device: settings.device,
        reset,
        imports: new ImportDesk({
          ...{ dataFolder: settings.dataFolder, product: settings.product },
          ownersData: settings.ownersData,
          owner: () => (run?.record ?? record).owner,
        }),
        source: () => ({
          ...{ product: settings.product, agent: AGENT_VERSION, now: Math.floor(nowMs() / 1000) },
          ...{ owner: (run?.record ?? record).owner, ...settings.ownersData },
          logLines: () => activity.log.lines(),
          onSkipped: (path) => log.write('info', 'not-exported', { path }),
        }),
        exported: (by, sections) =>
          activity.log.record({
            ...{ class: 'data', event: 'data-exported', by },
            facts: { sections: sections.join(' ') },
          }),
      }),
      ...opennessRoutes({
        egress: { server: pack.server, proxy: settings.proxy, logSink: settings.logSink },
        telemetry: () => factory.settings.telemetry,
      }),
    ],
  })
  const manager = new Systemd({ ...{ log, timer: systemTimer }, ...surroundings })
  manager.tellUntil(signal, () => run?.turn() ?? Promise.resolve()).catch(failed)
  const reader = new MessageReader({
    run,
    releases,
    ...name,
    timer: systemTimer,
    chance: systemChance,
    backoff: settings.reconnect,
    onFailed: failed,
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
    folder: folders.identity,
    name,
    publicClient,
    deviceClient,
    pack,
    timer: systemTimer,
    chance: systemChance,
    backoff: settings.reconnect,
    log,
    activity: activity.log,
    nowMs,
    signal,
    onIdentity: (tls) => {
      const isFirst = identity === undefined
      identity = tls
      if (isFirst) mqtt.start()
      else mqtt.reconnect().catch(failed)
    },
  })
  keeping.catch(failed)
  const polling = line.poll(signal)
  polling.catch(failed)

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
      watching,
      surfaces.stop(),
      reader.stop(),
      mqtt.stop(),
      run.stop().catch(() => product.stop()),
    ]
    const background = Promise.allSettled([keeping, polling])
    publicClient.close()
    deviceClient.close()
    await Promise.all(stopping)
    await background
    await activity.stop()
    installation.close()
  }
  if (surroundings.signal.aborted) return 'ended'
  if (why === 'bootAgain') return why
  return reset.isDue ? 'reset' : 'ended'
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

function repositoryUrl({ product, server }: FactoryPack, part: 'metadata' | 'targets'): string {
  return new URL(`/tuf/${product}/${part}/`, server.public).toString()
}

/** Exactly what ./owners-data/telemetry-catalogue.ts names. */
function inventoryOf(
  { compatible }: Settings,
  telemetry: FactoryDefaults['telemetry'],
): Record<string, string> {
  const os = `${platform()} ${osRelease()} ${arch()}`
  return {
    ...{ agent: AGENT_VERSION, compatible, node: process.version },
    ...(telemetry === 'diagnostic' ? { os } : {}),
  }
}

function factsOf(error: unknown): Facts {
  const known = codeOf(error)
  // An unforeseen one must not pass as a poll that failed.
  if (known === undefined) throw error
  return { ...known.facts, code: known.code }
}
