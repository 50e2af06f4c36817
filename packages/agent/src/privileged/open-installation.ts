/** The installation as the settings want it: in this process, or behind the privileged one's socket. */
import {
  assembleInstallation,
  type Installation,
  type InstallationSurroundings,
} from '../installers/installers.ts'
import type { ReleaseOrigin } from '../tuf/release-origin.ts'
import { RemoteInstallation } from './remote-installation.ts'

/** A clock that is an hour behind connects all the same. */
const TELL_EVERY_MS = 3_600_000

export interface OpenInstallation extends Installation {
  /** A manifest that was accepted; the privileged process keeps its own idea of the time. */
  tellTime(token: string, audience: string): Promise<void>
  /** Of a product whose output lies with the privileged process. */
  forgetOutput(): Promise<void>
  close(): void
}

export interface OpenInstallationOptions extends InstallationSurroundings {
  /** Where the files come from that vouch for a release, and for director's keys when no path is given. */
  originOf(releasePath?: string): ReleaseOrigin
  /** With what nobody foresaw. */
  onFailed(error: unknown): void
}

export function openInstallation(options: OpenInstallationOptions): OpenInstallation {
  const { privileges } = options.settings
  if (privileges === undefined) {
    const nothing = async () => {
      // Its own folder holds all of it.
    }
    return {
      ...assembleInstallation(options),
      ...{ tellTime: nothing, forgetOutput: nothing, close: () => undefined },
    }
  }
  const { originOf, onFailed } = options
  let toldMs = Number.NEGATIVE_INFINITY
  const remote = new RemoteInstallation({ socket: privileges.socket, originOf, onFailed })
  return {
    ...remote.ports,
    tellTime: async (token, audience) => {
      const nowMs = performance.now()
      if (nowMs - toldMs < TELL_EVERY_MS) return
      toldMs = nowMs
      await remote.tellTime(token, audience, originOf())
    },
    forgetOutput: () => remote.forgetOutput(),
    close: () => remote.close(),
  }
}
