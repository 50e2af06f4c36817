/**
 * The edge: everything that faces devices, put together and started. It knows products, manifests and artifacts
 * only as the ports the core gives it.
 */

import { join } from 'node:path'
import { SqlBrokerStore } from './adapters/sql/broker/broker-store.ts'
import { SqlInboxStore } from './adapters/sql/broker/inbox-store.ts'
import { SqlCommandStore } from './adapters/sql/devices/command-store.ts'
import { SqlDeviceStore } from './adapters/sql/devices/device-store.ts'
import { SqlEnrolmentStore } from './adapters/sql/devices/enrolment-store.ts'
import { sqlStores } from './adapters/sql/sql-stores.ts'
import { KeptTree } from './advisories/kept-tree.ts'
import { OpenPgpKeys } from './advisories/openpgp-keys.ts'
import { publicAdvisoryRoutes } from './advisories/public-routes.ts'
import type { Broker } from './broker/broker.ts'
import { openEmbeddedBroker } from './broker/open-embedded.ts'
import { serverUserOf } from './broker/server-user.ts'
import { CohortMover } from './devices/cohorts/cohort-mover.ts'
import { cohortRoutes } from './devices/cohorts/cohort-routes.ts'
import { CommandDispatch } from './devices/command-dispatch.ts'
import { deviceRoutes as operatorDeviceRoutes } from './devices/device-routes.ts'
import { savedFilterRoutes } from './devices/filter/saved-filter-routes.ts'
import { Fleet } from './devices/fleet.ts'
import { fleetRoutes } from './devices/fleet-routes.ts'
import { CloneAlarm } from './devices/reports/clone-alarm.ts'
import { ReportIngestion } from './devices/reports/report-ingestion.ts'
import { ReportKeys } from './devices/reports/report-keys.ts'
import { Traffic } from './devices/reports/traffic.ts'
import { publicBaseOf } from './disclosure/public-base.ts'
import { publicDisclosureRoutes } from './disclosure/public-routes.ts'
import { DeviceAccess } from './enrolment/device-access.ts'
import { enrolmentTokenRoutes } from './enrolment/enrolment-token-routes.ts'
import { enrolmentRoutes, renewalRoute } from './enrolment/est-routes.ts'
import { FleetAuthority, SERVER_CLIENT_ID } from './enrolment/fleet-authority.ts'
import { PublicProxies } from './http/public-proxies.ts'
import type { Route } from './http/routing.ts'
import { deviceRoutes, requireDevice } from './listeners/device-listener.ts'
import { DEVICE_DOWNLOADS, FileResponses, PUBLIC_DOWNLOADS } from './listeners/file-response.ts'
import { listenForHttps } from './listeners/https-listener.ts'
import { publicRoutes } from './listeners/public-listener.ts'
import { MailLinks } from './mail/mail-links.ts'
import { Opened } from './opened.ts'
import { EDGE_PATHS } from './operator-api/operator-paths.ts'
import type { Edge, EdgeNeeds } from './ports.ts'
import { PagePace } from './public-pages/page-pace.ts'
import { unknownAddress } from './public-pages/unknown-address.ts'
import { publicProductRoutes } from './public-products/public-product-routes.ts'
import { publicSiteRoutes } from './public-site/public-site-routes.ts'
import { SealedKeys } from './server-keys/sealed-keys.ts'
import { SettingsError } from './settings.ts'
import { publicSubscriptionRoutes } from './subscriptions/public-subscription-routes.ts'
import { Authorities } from './tls/authorities.ts'
import { deviceFacingOptions, serverOptions } from './tls/listener-options.ts'
import { keepPublicCopies } from './tls/public-copies.ts'
import { openServerCertificate } from './tls/server-certificate.ts'

/** How long a rule may take to notice that time has passed. */
const COHORT_TICK_MS = 60_000
const CERTIFICATE_CHECK_MS = 6 * 3_600_000
/** An outside broker has few reports under way at once: it waits for what it has sent. */
const OUTSIDE_WINDOW_MS = 2

export async function startEdge(needs: EdgeNeeds): Promise<Edge> {
  const opened = new Opened()
  try {
    return { ...(await open(needs, opened)), stop: () => opened.closeAll() }
  } catch (error) {
    await opened.closeAll().catch((unclosed) => {
      needs.log.warn({ err: unclosed }, 'what was open already was not closed in good order')
    })
    throw error
  }
}

async function open(needs: EdgeNeeds, opened: Opened): Promise<Omit<Edge, 'stop'>> {
  const { settings, database, clock, log, artifacts, files, manifests, metadata, instances } = needs
  const { address, public: publicPort, device: devicePort, mqtt: mqttPort } = settings.listen

  const keys = new SealedKeys(needs.seal)
  const onDatabase = { database: sqlStores(database), keys, clock }
  const authorities = await Authorities.open(onDatabase)
  const authority = new FleetAuthority(authorities)
  const currentCertificate = async () => {
    await keepPublicCopies(join(settings.dataFolder, 'ca'), authorities)
    return openServerCertificate({ ...onDatabase, authorities, hosts: settings.host })
  }
  const certificate = await currentCertificate()

  const enrolments = new SqlEnrolmentStore(database)
  const devices = new SqlDeviceStore(database)
  const commands = new SqlCommandStore(database)
  const access = new DeviceAccess(enrolments)
  const stores = sqlStores(database)
  const reportKeys = new ReportKeys(enrolments)
  const ingestion = new ReportIngestion({
    ...{ store: devices, keys: reportKeys, clock },
    changed: (product, device) => mover.changed(product, device),
    suspected: (suspected) => void cloneAlarm.raise(suspected),
    ...(settings.broker === undefined ? {} : { windowMs: OUTSIDE_WINDOW_MS }),
  })
  opened.add('reports under way', () => ingestion.flushed())
  let broker: Broker | undefined
  const dispatch = new CommandDispatch(
    {
      ...{ store: commands, keys: needs.keys, clock, log },
      nonceOf: async (product, device) => (await devices.find(product, device))?.nonce,
    },
    () => broker,
  )
  const traffic = new Traffic({ ingestion, commands: dispatch, enrolments, log })
  const fleet = new Fleet({
    ...{ stores, dispatch, clock, log, door: needs.cohortDoor },
    connections: () => broker,
    standingOf: (device) => access.standing(device),
    forgetKeys: (device) => reportKeys.forget(device),
  })
  const mover = new CohortMover({
    ...{ stores, clock, log, door: needs.cohortDoor },
    moved: (product, device, cohort) => fleet.moved(product, device, cohort),
  })
  opened.add('cohort rules', () => mover.stop())
  const cloneAlarm = new CloneAlarm({
    ...{ stores, clock, log, quarantines: settings.quarantineSuspectedClones },
    accessChanged: (device) => fleet.accessChanged(device),
  })

  const serverUser = await serverUserOf(settings)
  if ((await enrolments.findDevice(serverUser))?.isRevoked === false) {
    throw new SettingsError([
      `broker: the server is called ${serverUser} at this broker, and so is a device, which would have the server's rights there. Give the server another name, or revoke the device.`,
    ])
  }
  if (settings.broker === undefined) await devices.everybodyOffline()
  broker =
    settings.broker === undefined
      ? await openEmbeddedBroker({
          ...{ access, traffic, log, certificate, fleetCaPem: () => authority.pem },
          folder: join(settings.dataFolder, 'broker'),
          place: { address, port: mqttPort, setting: 'listen.mqtt' },
        })
      : // Its client of MQTT is in memory where it is used alone.
        await (await import('./broker/open-outside.ts')).openOutsideBroker({
          ...{ settings: settings.broker, instances, traffic, clock, log },
          store: new SqlBrokerStore(database),
          inboxesOf: (serverUser) => new SqlInboxStore(database, serverUser),
          fleetAuthorities: () => authorities.fleet,
          own: await authority.issueForServer(SERVER_CLIENT_ID, clock.now()),
          mayBeSeveral: settings.database !== undefined,
          everybodyOffline: () => devices.everybodyOffline(),
        })
  const connected = broker
  opened.add('broker', () => connected.stop())

  const enrolmentPorts = {
    ...{ store: enrolments, authority, clock, log, serverUser },
    fleet: { stores, door: needs.cohortDoor },
    enrolled: () => connected.accessChanged(),
  }
  const openPgpKeys = new OpenPgpKeys(keys)
  const base = (): string => publicBaseOf(settings, publicListener.port)
  const advisories = new KeptTree({ database: stores, keys: openPgpKeys, base })
  const responses = new FileResponses(PUBLIC_DOWNLOADS)
  const { publicDownload } = settings
  const canSubscribe = settings.mail !== undefined
  const pace = new PagePace(() => clock.now().getTime())
  const forDevices = [
    ...enrolmentRoutes(enrolmentPorts),
    ...publicRoutes({
      ...{ metadata, files, artifacts, responses, publicDownload },
    }),
  ]
  const proxies = new PublicProxies(settings.listen.publicProxies)
  const publicListener = await listenForHttps(
    [
      ...forDevices,
      ...[
        ...publicProductRoutes({
          ...{ database: stores, clock, log, base, advisories, artifacts, responses },
          ...{ publicDownload, canSubscribe },
        }),
        ...publicSiteRoutes({
          ...{ database: stores, base, advisories, publicDownload },
        }),
        ...publicAdvisoryRoutes(advisories, { database: stores, log, keys: openPgpKeys }),
        ...publicDisclosureRoutes({
          ...{ database: stores, clock, log, base },
          signer: { sign: (text, now) => openPgpKeys.clearSign(stores, text, now) },
          canSubscribe,
        }),
        ...publicSubscriptionRoutes({
          ...{ database: stores, clock, log, canMail: canSubscribe },
          links: new MailLinks(stores, needs.seal),
        }),
      ].map((route) => pace.before(route)),
    ].map((route) => behind(proxies, route)),
    {
      name: 'public',
      place: { address, port: publicPort, setting: 'listen.public' },
      ...{ certificate, tls: serverOptions, log },
      elsewhere: unknownAddress({ database: stores, log }, (route) =>
        behind(proxies, pace.before(route)),
      ),
    },
  )
  opened.add('public listener', () => publicListener.stop())

  const reports = {
    mayReport: (device: string) => traffic.mayReport(device),
    take: traffic.take.bind(traffic),
  }
  const deviceListener = await listenForHttps(
    [
      ...deviceRoutes({
        ...{ access, files, artifacts, manifests, reports },
        connected: (who, from) => traffic.connected(who, from),
        responses: new FileResponses(DEVICE_DOWNLOADS),
      }),
      renewalRoute(enrolmentPorts, (exchange) => requireDevice(access, exchange)),
    ],
    {
      name: 'device',
      place: { address, port: devicePort, setting: 'listen.device' },
      tls: (current) => deviceFacingOptions(current, authority.pem, 'device'),
      peerOf: (socket) => socket.getPeerX509Certificate()?.serialNumber,
      ...{ certificate, log },
    },
  )
  opened.add('device listener', () => deviceListener.stop())

  let shown = certificate.certificatePem + authority.pem
  const refresh = async () => {
    await authorities.refresh()
    const current = await currentCertificate()
    // Another context forgets the session tickets: devices would all need a full handshake.
    if (current.certificatePem + authority.pem === shown) return
    shown = current.certificatePem + authority.pem
    for (const listener of [publicListener, deviceListener, connected]) {
      listener.renewCertificate(current)
    }
  }
  const renewal = setInterval(() => {
    refresh().catch((error: unknown) =>
      log.error({ err: error }, 'the server certificate was not renewed'),
    )
  }, CERTIFICATE_CHECK_MS)
  renewal.unref()
  opened.add('certificate renewal', async () => clearInterval(renewal))

  const sorting = setInterval(() => {
    // One server sorts for all of them.
    if (instances.leads()) void mover.tick()
  }, COHORT_TICK_MS)
  sorting.unref()
  opened.add('cohort sorting', async () => clearInterval(sorting))

  return {
    anchors: {
      fleetCaPem: () => authorities.fleetToBeListed(),
      get serverCaPem() {
        return authorities.server.pem
      },
    },
    refresh,
    serverCertificate: currentCertificate,
    publisher: connected,
    broker: connected,
    reportsWaiting: () => ingestion.waiting,
    letIn: (product, device, cohort) => fleet.moved(product, device, cohort),
    shut: (product, device) => {
      connected.topicsChanged({ product, device, cohort: undefined, isQuarantined: false })
      void fleet.accessChanged(device)
    },
    operatorRoutes: [
      enrolmentTokenRoutes({ stores, clock }),
      operatorDeviceRoutes({ stores, fleet, clock }),
      fleetRoutes({ stores, fleet, clock }),
      cohortRoutes({ stores, mover, clock, door: needs.cohortDoor }),
      savedFilterRoutes({ stores, clock }),
    ],
    openApiPaths: EDGE_PATHS,
    ports: { public: publicListener.port, device: deviceListener.port, mqtt: connected.port },
  }
}

/** Who asks is known before anything is counted by it. */
function behind(proxies: PublicProxies, route: Route): Route {
  return {
    ...route,
    handle: (exchange) => {
      proxies.note(exchange.request)
      return route.handle(exchange)
    },
  }
}
