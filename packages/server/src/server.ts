/**
 * Puts the server together and starts it: data folder, database, keys, edge, operator API, renewal; stops it
 * in the reverse order.
 */
import { join } from 'node:path'
import { makeDirectory, nodeVerifier } from '@fleetward/platform'
import { schedule } from 'node-cron'
import type { Logger } from 'pino'
import { openAccounts } from './accounts/open-accounts.ts'
import { SqlAccessTokenStore } from './adapters/sql/accounts/access-token-store.ts'
import { openDatabase } from './adapters/sql/database.ts'
import { askDatabase } from './adapters/sql/database-health.ts'
import { fleetCounts } from './adapters/sql/devices/fleet-counts.ts'
import { publishedMetadataOf } from './adapters/sql/releases/metadata-store.ts'
import { sqlStores } from './adapters/sql/sql-stores.ts'
import { OpenPgpKeys } from './advisories/openpgp-keys.ts'
import { openBookkeeping } from './bookkeeping.ts'
import { consoleRouter } from './console/console-router.ts'
import { databasePlaceOf } from './database-place.ts'
import { publicBaseOf } from './disclosure/public-base.ts'
import { distributionSettingsOf } from './dossier/distribution-settings.ts'
import { DossierWorks } from './dossier/dossier-works.ts'
import { startEdge as startRealEdge } from './edge.ts'
import { FeedIntake } from './feeds/feed-intake.ts'
import { openFeedSchedule } from './feeds/sources/open-feed-schedule.ts'
import { BODY_TIME, type BodyTime } from './http/body-time.ts'
import { ensureAdminToken } from './http/door/access.ts'
import { openInstances } from './instances/open-instances.ts'
import { openObservability } from './observability/open-observability.ts'
import { openArtifacts } from './open-artifacts.ts'
import { Opened } from './opened.ts'
import { operatorApi } from './operator-api/operator-api.ts'
import { operatorApp } from './operator-api/operator-app.ts'
import { listenForOperators } from './operator-api/operator-listener.ts'
import type { Clock, StartEdge } from './ports.ts'
import { Manifests } from './publishing/manifests.ts'
import { OnlineKeys } from './publishing/online-keys.ts'
import { renewAll } from './publishing/renewal.ts'
import { ReleaseIntake } from './releases/intake.ts'
import { cohortDoor } from './rollouts/late-joiners.ts'
import { RolloutRunner } from './rollouts/runner.ts'
import { sealPlainKeys } from './server-keys/seal-plain-keys.ts'
import { SealedKeys } from './server-keys/sealed-keys.ts'
import { openServerSeal, outerKeysOf } from './server-seal.ts'
import type { Settings } from './settings.ts'
import { openFirstStart, openSignIn } from './sign-in/open-sign-in.ts'
import { pagePlaceOf } from './sign-in/page-place.ts'
import { HASH_PARAMETERS, type HashParameters } from './sign-in/password/password-hash.ts'

export interface RunningServer {
  readonly ports: {
    readonly public: number
    readonly device: number
    readonly mqtt: number
    readonly operator: number
    readonly metrics: number
  }
  readonly adminTokenFile: string
  /** Holds the one-time link for the first administrator; undefined once there is one. */
  readonly firstAdministratorFile: string | undefined
  /** What the tick of `renewalCron` does, now; resolves once the broker has it or is known to be away. */
  renew(): Promise<void>
  /** What time and reports bring to rollouts, now. */
  moveRollouts(): Promise<void>
  /** Resolves once the manifests signed so far are published, or the broker is known to be away. */
  settled(): Promise<void>
  /** What time brings to audit log, events and webhooks, now; resolves once it is done. */
  keepBooks(): Promise<void>
  /** Lets what is under way end, then closes everything. NotClosedError, in bounded time, says what did not end. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly log: Logger
  readonly clock?: Clock
  readonly startEdge?: StartEdge
  /** What a password costs; tests make it cheap. */
  readonly hashParameters?: HashParameters
  /** How slow a body may be; tests do not wait for a minute. */
  readonly bodyTime?: BodyTime
}

export async function startServer(
  settings: Settings,
  options: StartOptions,
): Promise<RunningServer> {
  const opened = new Opened()
  try {
    return await start(settings, options, opened)
  } catch (error) {
    // Why it did not start says more than what could not be closed.
    await opened.closeAll().catch((unclosed) => {
      options.log.warn({ err: unclosed }, 'what was open already was not closed in good order')
    })
    throw error
  }
}

async function start(
  settings: Settings,
  {
    log,
    clock = { now: () => new Date() },
    startEdge = startRealEdge,
    hashParameters = HASH_PARAMETERS,
    bodyTime = BODY_TIME,
  }: StartOptions,
  opened: Opened,
): Promise<RunningServer> {
  const { dataFolder, listen } = settings
  await makeDirectory(dataFolder)
  const outer = outerKeysOf(settings, process.env)
  const place = await databasePlaceOf(settings)
  const connection = await openDatabase(place)
  opened.add('database', () => connection.destroy())
  const instances = await openInstances(settings, place, log)
  opened.add('other servers', () => instances.stop())
  const database = sqlStores(connection)
  const seal = await openServerSeal({ outer, place, database, clock, log })
  const artifacts = await openArtifacts(settings, clock, log)
  opened.add('artifacts', () => artifacts.stop())
  const sealedKeys = new SealedKeys(seal)
  const keys = new OnlineKeys(sealedKeys)
  await sealPlainKeys({ dataFolder, database, keys: sealedKeys, clock, log })
  const access = new SqlAccessTokenStore(connection)
  const adminTokenFile = join(dataFolder, 'admin-token')
  await ensureAdminToken(access, adminTokenFile, clock.now())

  const edge = await startEdge({
    ...{ settings, database: connection, clock, log, artifacts, instances },
    keys: { commandKey: (product) => keys.signing(database, product, 'commands') },
    seal,
    products: database.products,
    metadata: publishedMetadataOf(database.metadata),
    files: database.files,
    manifests: database.manifests,
    // Nobody enrols before the manifests below are there: the doors open with `startEdge`'s last line, and wait.
    cohortDoor: {
      joined: (stores, joining) => cohortDoor(manifests).joined(stores, joining),
      reachChanged: (stores, change) => cohortDoor(manifests).reachChanged(stores, change),
    },
  })
  opened.addBounded('edge', () => edge.stop())

  const manifests = new Manifests({
    ...{ database, keys, instances, publisher: edge.publisher, clock, log },
  })
  opened.add('manifests', () => manifests.stop())
  const runner = new RolloutRunner({
    ...{ database, manifests, instances, clock, log },
    letIn: (product, device, cohort) => edge.letIn(product, device, cohort),
    shut: (product, device) => edge.shut(product, device),
  })
  opened.add('rollouts', () => runner.stop())
  const intake = new ReleaseIntake({
    ...{ database, artifacts, keys, manifests, clock, log },
    verifier: nodeVerifier,
    artifactMaxBytes: settings.artifactLengthMaxBytes,
  })
  const renewal = { database, artifacts, keys, intake, manifests, clock, log }
  const renewIfLeading = async () => {
    if (instances.leads()) await renewAll(renewal)
  }
  if (instances.leads()) await database.manifests.forgetPublished()
  await renewIfLeading()
  // Another process may have made keys: `rotate`, or another server of this database.
  let renewOperatorTls = async () => {}
  const takeOverKeys = async () => {
    await seal.refresh()
    await edge.refresh()
    await renewOperatorTls()
  }
  const stopHearing = instances.onRing('keys', () => {
    takeOverKeys().catch((error) => log.error({ err: error }, 'keys were not taken over'))
  })
  opened.add('keys', async () => stopHearing())
  const keysChanged = async () => {
    await takeOverKeys()
    instances.ring('keys')
  }
  let renewing = Promise.resolve()
  const tick = schedule(
    settings.renewalCron,
    () => {
      renewing = takeOverKeys()
        // Without the new sealing key this instance goes on with what it has.
        .catch((error) => log.error({ err: error }, 'keys were not taken over'))
        .then(renewIfLeading)
        .catch((error) => log.error({ err: error }, 'renewal failed; the next tick tries again'))
      return renewing
    },
    { noOverlap: true },
  )
  opened.add('renewal', async () => {
    await tick.destroy()
    await renewing
  })

  const observability = await openObservability({
    ...{ settings, clock, log },
    askDatabase: () => askDatabase(connection),
    count: () => fleetCounts(connection),
    probeArtifacts: () => artifacts.probe(),
    brokerHealth: () => edge.broker.health(),
    leads: () => instances.leads(),
    reportsWaiting: () => edge.reportsWaiting(),
  })
  opened.add('observability', () => observability.stop())

  let operator = listen.operator
  const pagePlace = pagePlaceOf(settings, () => operator)
  const accounts = openAccounts({
    ...{ database, clock, machine: settings.machineToken ? access : undefined },
    origin: () => pagePlace.origin(),
    isSecure: pagePlace.kind !== 'thisMachine',
  })
  const publicBase = publicBaseOf(settings, edge.ports.public)
  const openPgpKeys = new OpenPgpKeys(sealedKeys)
  const bookkeeping = await openBookkeeping({
    ...{ settings, database, artifacts, instances, seal, clock, log, publicBase, openPgpKeys },
    callers: accounts.callers,
  })
  opened.addBounded('bookkeeping', () => bookkeeping.stop())

  const feedIntake = new FeedIntake({
    ...{ database, clock, log, folder: join(dataFolder, 'feeds-incoming') },
    imported: () => bookkeeping.books.matchSoon(),
  })
  await feedIntake.start()
  opened.add('imports of feeds', () => feedIntake.stop())

  const dossierWorks = new DossierWorks({
    ...{ database, artifacts, clock, log, auditKeys: bookkeeping.books.auditKeys },
    settings: distributionSettingsOf(settings),
    publicBase: publicBaseOf(settings, edge.ports.public),
    folder: join(dataFolder, 'dossiers-under-way'),
    fontFile: settings.dossier.fontFile,
  })
  await dossierWorks.start()
  opened.add('dossiers', () => dossierWorks.stop())
  const feeds = await openFeedSchedule({
    ...{ settings: settings.feeds, database, intake: feedIntake, instances, clock, log },
  })
  opened.add('fetching of feeds', () => feeds.stop())

  const { refusals } = bookkeeping
  const signIn = {
    ...{ database, sessions: accounts.sessions, seal, clock, log, refusals, hashParameters },
  }
  const app = operatorApp({
    ...{ refusals, behindProxy: pagePlace.kind === 'proxy' },
    console: consoleRouter(),
    pages: await openSignIn({
      ...signIn,
      companies: settings.companies,
      place: pagePlace,
      dataFolder,
    }),
    ...{ products: database.products, clock, log, callers: accounts.callers },
    ...{ hosts: settings.host, operatorUrl: settings.operatorUrl },
    ...{ requestLimits: settings.requestLimits, bodyTime, keptAnswers: database.keptAnswers },
    ...operatorApi(
      {
        ...{
          database,
          artifacts,
          keys,
          intake,
          manifests,
          runner,
          clock,
          accounts,
          feedIntake,
          dossierWorks,
          log,
          hosts: settings.host,
        },
        books: bookkeeping.books,
        ...{ publicBase, openPgpKeys },
        feedSourceRules: feeds.rules,
        serverKeys: { database, keys: sealedKeys, clock, changed: keysChanged },
      },
      edge,
    ),
  })
  runner.start()
  const listener = await listenForOperators({
    ...{ settings, app, log },
    ownCertificate: () => edge.serverCertificate(),
  })
  operator = listener.port
  renewOperatorTls = () => listener.renewCertificate()
  opened.add('operator listener', () => listener.stop())
  opened.add('live views', async () => bookkeeping.endStreams())

  return {
    ports: { ...edge.ports, operator, metrics: observability.port },
    adminTokenFile,
    firstAdministratorFile: await openFirstStart(
      { database, clock },
      { dataFolder, origin: pagePlace.origin() },
    ),
    renew: async () => {
      await renewAll(renewal)
      await manifests.settled()
    },
    moveRollouts: () => runner.settled(),
    settled: () => manifests.settled(),
    keepBooks: async () => {
      await feeds.tick()
      await bookkeeping.tick()
    },
    stop: () => opened.closeAll(),
  }
}
