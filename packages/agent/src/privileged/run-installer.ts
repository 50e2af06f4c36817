/**
 * The privileged process (CRA P-084): it has no network and no parser of what comes from there, only the
 * guarded installation and one socket for one user.
 */
import type { Stats } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeDirectory, removeDurably } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'
import type { ProductUser } from '../adapters/process-group.ts'
import { systemClock } from '../adapters/system.ts'
import { claimDataFolder } from '../data-folder/claim-data-folder.ts'
import { foldersIn, tidy } from '../data-folder/folders.ts'
import { installationPlaces } from '../data-folder/installation-places.ts'
import { loadFactoryPack } from '../enrolment/factory-pack.ts'
import { assembleInstallation } from '../installers/installers.ts'
import { makeSocketFolder } from '../local-api/socket-path.ts'
import { withOwnersData } from '../owners-data/product-settings.ts'
import type { Log } from '../ports.ts'
import type { Settings } from '../settings.ts'
import { FileMetadataStore } from '../tuf/file-metadata-store.ts'
import { FloorFile } from './floor-file.ts'
import { GuardedInstallation } from './guarded-installation.ts'
import { InstallerAnswers } from './installer-answers.ts'
import { InstallerSocket } from './installer-socket.ts'
import type { PrivilegesSettings } from './privileges-settings.ts'
import { moveClockForward } from './set-clock.ts'
import { takeOver } from './take-over.ts'

/** What others may read: the slots, which hold no secrets. */
const FOLDER_MODE = 0o755
const OTHERS_MAY_WRITE = 0o022
const STICKY = 0o1000

export interface InstallerSurroundings {
  readonly settings: Settings
  readonly privileges: PrivilegesSettings
  /** undefined: the product runs as this process does. */
  readonly productUser: ProductUser | undefined
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborts when the process is to end; the product ends with it. */
  readonly signal: AbortSignal
  /** Once it listens, with the clock moved. */
  onReady(): void
}

export async function runInstaller(surroundings: InstallerSurroundings): Promise<void> {
  const { settings, privileges, productUser, log, environment, signal, onReady } = surroundings
  await requireOwn([settings.file, settings.factoryPack])
  // Whoever may rename in a folder may exchange what lies in it.
  for (const path of [settings.file, settings.factoryPack]) await requireOwnFolder(dirname(path))
  const pack = await loadFactoryPack(settings.factoryPack)
  const places = installationPlaces(settings)
  const { tuf, trust } = foldersIn(places.folder)
  await makeDirectory(places.folder, FOLDER_MODE)
  await makeSocketFolder(privileges.socket)
  for (const path of [places.folder, dirname(privileges.socket)]) await requireOwnFolder(path)
  const release = await claimDataFolder(places.folder)
  for (const folder of [tuf, trust]) await makeDirectory(folder)
  // What power cuts left: halves of writes, and an artifact that was being handed on.
  await tidy(places.folder)
  await removeDurably(places.handedOn).catch(() => undefined)

  const installation = assembleInstallation({
    settings: await withOwnersData(settings),
    ...{ log, environment, signal, productUser },
  })
  const { product, device, compatible, installer } = settings
  const guarded = new GuardedInstallation({
    installation,
    trust: { store: new FileMetadataStore(tuf), trustFolder: trust, factoryRoot: pack.root },
    floors: new FloorFile(places.folder),
    systemClock,
    device: { product, device, compatible, installers: [installer.kind] },
    prepare: async (release, aborted) => {
      const discard = () => removeDurably(places.handedOn)
      if (release.installer !== 'rauc') return async () => undefined
      await takeOver(release, { from: places.download, to: places.handedOn }, aborted)
      return discard
    },
  })
  const clock = { command: privileges.setClockCommand, systemClock, log }
  const { time, securityCounter } = await guarded.begin()
  await moveClockForward(time, clock)

  const answers = new InstallerAnswers({
    guarded,
    onTime: (seconds) => moveClockForward(seconds, clock),
    forgetOutput: () => removeDurably(join(places.folder, 'logs')),
  })
  const onFailed = (error: unknown) => {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.write('error', 'installer-bug', { said: said.slice(0, 1000) })
  }
  const socket = new InstallerSocket({
    path: privileges.socket,
    converse: (peer) => ({ answer: (question) => answers.answer(question, peer()), onFailed }),
  })
  await socket.listen()
  log.write('info', 'installer-ready', { socket: privileges.socket, securityCounter, time })
  onReady()

  const stopped = Promise.withResolvers<void>()
  if (signal.aborted) stopped.resolve()
  signal.addEventListener('abort', () => stopped.resolve(), { once: true })
  await stopped.promise
  await socket.stop()
  await answers.idle()
  await installation.product.stop()
  await release()
}

/** Whoever could write the trusted root or the settings would be who this process protects from. */
async function requireOwn(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await lstat(path)
    refuseOthers(path, found)
    if (!found.isDirectory()) continue
    await requireOwn((await readdir(path)).map((name) => join(path, name)))
  }
}

/** Not what lies in it: that others put files beside each other's is no matter. */
async function requireOwnFolder(path: string): Promise<void> {
  const found = await stat(path)
  // In a sticky one nobody removes or renames what is another's.
  if ((found.mode & STICKY) === 0) refuseOthers(path, found)
}

function refuseOthers(path: string, { uid, mode }: Stats): void {
  const isOwn = uid === process.getuid?.() || uid === 0
  if (isOwn && (mode & OTHERS_MAY_WRITE) === 0) return
  const reason = 'others than this user may change it: chown it to root, chmod go-w'
  throw new DeviceError('NOT_ALLOWED', { path, reason })
}
