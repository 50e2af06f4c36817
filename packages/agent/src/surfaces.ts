/**
 * The surfaces of a running agent: one table of routes, and who reaches it. A surface that cannot be opened
 * is logged and stays closed; updates go on without it.
 */
import { codeOf } from '@fleetward/shared'
import { eventsRoute } from './local-api/events-route.ts'
import { type OwnerOptions, ownerRoutes } from './local-api/owner-routes.ts'
import type { LocalRoute } from './local-api/route.ts'
import { SocketServer } from './local-api/socket-server.ts'
import { type StatusOptions, statusRoutes } from './local-api/status-routes.ts'
import type { Log } from './ports.ts'

export interface SurfacesOptions extends StatusOptions, OwnerOptions {
  readonly socket: string
  /** Of the parts that bring their own. */
  readonly routes: readonly LocalRoute[]
  readonly log: Log
  /** With what nobody foresaw. */
  onFailed(error: unknown): void
}

export interface Surfaces {
  readonly routes: readonly LocalRoute[]
  stop(): Promise<void>
}

export async function openSurfaces(options: SurfacesOptions): Promise<Surfaces> {
  const { run, socket, log, onFailed } = options
  const routes = [
    ...statusRoutes(options),
    ...ownerRoutes(options),
    eventsRoute(run),
    ...options.routes,
  ]
  const server = new SocketServer({ path: socket, routes, log, onFailed })
  try {
    await server.listen()
    log.write('info', 'local-api', { socket })
  } catch (error) {
    const reason = codeOf(error)?.code ?? (error as NodeJS.ErrnoException).code ?? 'unknown'
    log.write('error', 'local-api-not-opened', { socket, reason })
  }
  return { routes, stop: () => server.stop() }
}
