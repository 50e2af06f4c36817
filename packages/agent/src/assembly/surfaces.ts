/**
 * The surfaces of a running agent: one table of routes, and who reaches it. A surface that cannot be opened
 * is logged and stays closed; updates go on without it.
 */
import { codeOf } from '@fleetward/shared'
import { eventsRoute } from '../local-api/events-route.ts'
import { type OwnerOptions, ownerRoutes } from '../local-api/owner-routes.ts'
import type { LocalRoute } from '../local-api/route.ts'
import { SocketServer } from '../local-api/socket-server.ts'
import { type StatusOptions, statusRoutes } from '../local-api/status-routes.ts'
import { OwnersPage, type PagePlace } from '../page/owners-page.ts'
import { pairingRoutes } from '../page/pairing-routes.ts'
import type { ActivityLog, Log } from '../ports.ts'

export interface SurfacesOptions extends StatusOptions, OwnerOptions {
  readonly socket: string
  /** undefined: the owner's page is switched off. */
  readonly page: PagePlace | undefined
  readonly activity: ActivityLog
  /** Of the parts that bring their own. */
  readonly routes: readonly LocalRoute[]
  readonly log: Log
}

export interface Surfaces {
  readonly routes: readonly LocalRoute[]
  stop(): Promise<void>
}

export async function openSurfaces(options: SurfacesOptions): Promise<Surfaces> {
  const { run, socket, log } = options
  // A bug in an answer must not end the agent: whoever may ask could end it again and again.
  const onFailed = (error: unknown) => {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.write('error', 'local-api-bug', { said: said.slice(0, 1000) })
  }
  const page = await preparePage(options, onFailed)
  const routes = [
    ...statusRoutes(options),
    ...ownerRoutes(options),
    eventsRoute(run),
    ...options.routes,
    ...(page === undefined ? [] : pairingRoutes(page)),
  ]
  const server = new SocketServer({ path: socket, routes, log, onFailed })
  try {
    await server.listen()
    log.write('info', 'local-api', { socket })
  } catch (error) {
    log.write('error', 'local-api-not-opened', { socket, reason: reasonOf(error) })
  }
  const wantsNetwork = () => run.view().settings.pageLocalNetwork
  await page?.open(routes, wantsNetwork())
  const stopFollowing = run.onNews(({ event }) => {
    if (event === 'settings') page?.followLocalNetwork(wantsNetwork()).catch(onFailed)
  })
  return {
    routes,
    stop: async () => {
      stopFollowing()
      await Promise.all([server.stop(), page?.close()])
    },
  }
}

async function preparePage(
  options: SurfacesOptions,
  onFailed: (error: unknown) => void,
): Promise<OwnersPage | undefined> {
  const { page, run, device, log, activity } = options
  if (page === undefined) return undefined
  try {
    return await OwnersPage.prepare({
      ...{ ...page, device: device.device, log, activity, onFailed },
      monotonicMs: () => performance.now(),
      reportTries: (tries) => run.reportEvent({ name: 'pairing-code-guessed', facts: { tries } }),
    })
  } catch (error) {
    log.write('error', 'page-unavailable', { reason: reasonOf(error) })
    return undefined
  }
}

function reasonOf(error: unknown): string {
  return codeOf(error)?.code ?? (error as NodeJS.ErrnoException).code ?? 'unknown'
}
