/**
 * Runs an update module where other installers switch slots. The slots are bookkeeping here: the module changes
 * the system in place, and its states are entered at the moments of the update machine that mean the same.
 *
 *   arming        Download, ArtifactInstall
 *   rebooting     ArtifactReboot, ArtifactVerifyReboot
 *   trial         the self-test, then ArtifactCommit
 *   committing    Cleanup
 *   rollingBack   ArtifactRollback, ArtifactRollbackReboot, ArtifactVerifyRollbackReboot, ArtifactFailure, Cleanup
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, onDisk } from '@fleetward/platform'
import { codeOf, DeviceError } from '@fleetward/shared'
import type { Bootloader, Installer, Log, SlotName } from '../../ports.ts'
import { ModuleCall, type ModuleCallOptions, type ModuleState } from './module-call.ts'
import {
  cutOffState,
  isDone,
  type ModuleProgress,
  ModuleProgressFile,
  wasEntered,
  withDone,
  withEntered,
} from './module-progress.ts'
import { makePipes, offerStreams } from './module-streams.ts'
import { addFilesTree, makeModuleTree, moduleNameIn } from './module-tree.ts'

export interface UpdateModuleOptions extends ModuleCallOptions {
  /** Counts boots and remembers which slot is the permanent one. */
  readonly slots: Bootloader
  readonly installer: Pick<Installer, 'contents'>
  /** Of the installer alone; the module's directory and its progress lie in it. */
  readonly workFolder: string
  readonly deviceType: string
  /** Paths of the files in a slot, in the artifact's order. */
  listedFiles(slot: SlotName): Promise<readonly string[]>
  /** Restarts the machine. Rejects when it did not. */
  reboot(): Promise<never>
  readonly log: Log
}

export class UpdateModuleBootloader implements Bootloader {
  readonly #options: UpdateModuleOptions
  readonly #progress: ModuleProgressFile
  readonly #tree: string
  #hasBooted = false

  constructor(options: UpdateModuleOptions) {
    this.#options = options
    this.#progress = new ModuleProgressFile(join(options.workFolder, 'progress.json'))
    this.#tree = join(options.workFolder, 'tree')
  }

  bootedSlot(): Promise<SlotName> {
    return this.#options.slots.bootedSlot()
  }

  async tryBoot(slot: SlotName): Promise<void> {
    const found = await this.#progress.load()
    // Armed, and then the power was lost before anybody knew.
    if (found?.slot === slot && isDone(found, 'ArtifactInstall')) {
      return this.#options.slots.tryBoot(slot)
    }
    if (found !== undefined) throw interrupted(found)
    const progress = await this.#begin(slot)
    await this.#enter(progress, 'ArtifactInstall')
    await this.#options.slots.tryBoot(slot)
  }

  async boot(): Promise<SlotName> {
    const isFirst = !this.#hasBooted
    this.#hasBooted = true
    const progress = await this.#progress.load()
    if (progress === undefined) return this.#options.slots.boot()
    if (wasEntered(progress, 'ArtifactFailure') || wasEntered(progress, 'ArtifactRollback')) {
      if (needsRestartBack(progress)) await this.#restartBack(progress, isFirst)
      else await this.#rollBack(progress)
      return this.#options.slots.boot()
    }
    const booted = await this.#options.slots.boot()
    if (booted !== progress.slot) {
      // Armed and not yet booted, or given up after it was booted again and again.
      if (!progress.isBooted) return booted
      await this.#fallBack(progress, isFirst)
      return this.#options.slots.boot()
    }
    const onTrial = { ...progress, isBooted: true }
    await this.#progress.save(onTrial)
    if (progress.reboot === 'No') return booted
    try {
      await this.#restart(onTrial, isFirst)
      return booted
    } catch (error) {
      this.#logFailure(error)
      await this.#fallBack((await this.#progress.load()) ?? onTrial, isFirst)
      return this.#options.slots.boot()
    }
  }

  /**
   * What a bootloader does by booting the slot before: to the update machine the new one did not stay, and
   * it abandons nothing itself. The slot first: cut off here, the next boot finds its way to this place again.
   */
  async #fallBack(progress: ModuleProgress, isFirst: boolean): Promise<void> {
    await this.#options.slots.abandonTrial()
    await this.#rollBack(progress)
    const after = await this.#progress.load()
    if (after !== undefined && needsRestartBack(after)) await this.#restartBack(after, isFirst)
  }

  /** The module's last word on trial; MODULE_FAILED sends the update back. */
  async commitArtifact(): Promise<void> {
    const progress = await this.#progress.load()
    if (progress === undefined || isDone(progress, 'ArtifactCommit')) return
    if (wasEntered(progress, 'ArtifactCommit')) throw interrupted(progress)
    await this.#enter(progress, 'ArtifactCommit')
  }

  async commit(slot: SlotName): Promise<void> {
    await this.#options.slots.commit(slot)
    const progress = await this.#progress.load()
    if (progress !== undefined) await this.#cleanUp(progress)
  }

  async abandonTrial(): Promise<void> {
    const progress = await this.#progress.load()
    if (progress !== undefined && !isDone(progress, 'Cleanup')) {
      await this.#rollBack(progress)
    }
    await this.#options.slots.abandonTrial()
  }

  async #begin(slot: SlotName): Promise<ModuleProgress> {
    const { slots, installer, deviceType, log } = this.#options
    const contents = await installer.contents(slot)
    if (contents === undefined) throw new DeviceError('SLOT_WRITE_FAILED', { slot })
    const running = await installer.contents(await slots.bootedSlot())
    const module = await moduleNameIn(contents.folder)
    await makeDirectory(this.#options.workFolder, 0o700)
    const call = new ModuleCall(this.#options, module)
    const tree = await makeModuleTree(
      this.#tree,
      contents.folder,
      await this.#options.listedFiles(slot),
      { artifactName: running?.version ?? 'unknown', deviceType },
    )
    const rollsBack = (await call.ask('SupportsRollback', this.#tree)) === 'Yes'
    if (!rollsBack) log.write('warning', 'module-cannot-roll-back', { module })
    const none = { isBooted: false, entered: [], done: [] }
    const first: ModuleProgress = { slot, module, reboot: 'No', rollsBack, ...none }
    await this.#progress.save(withEntered(first, 'Download'))
    await makePipes(tree)
    const isStreamed = await offerStreams(
      tree,
      contents.folder,
      await call.begin('Download', this.#tree),
    )
    if (!isStreamed) await addFilesTree(tree, contents.folder)
    const downloaded = withDone(first, 'Download')
    await this.#progress.save(downloaded)
    return downloaded
  }

  /** After `ArtifactInstall`, whose answer to the query may depend on what it did. */
  async #restart(progress: ModuleProgress, isFirst: boolean): Promise<void> {
    const isRestarted = isDone(progress, 'ArtifactReboot')
    if (isDone(progress, 'ArtifactVerifyReboot')) return
    if (!isRestarted && !(isFirst && wasEntered(progress, 'ArtifactReboot'))) {
      if (progress.reboot === 'Automatic') {
        await this.#progress.save(withEntered(progress, 'ArtifactReboot'))
        return this.#options.reboot()
      }
      // The module may restart the machine inside this call; then it is not entered a second time.
      await this.#enter(progress, 'ArtifactReboot')
    }
    const after = withDone((await this.#progress.load()) ?? progress, 'ArtifactReboot')
    await this.#progress.save(after)
    await this.#enter(after, 'ArtifactVerifyReboot')
  }

  async #rollBack(progress: ModuleProgress): Promise<void> {
    const wasInstalled = wasEntered(progress, 'ArtifactInstall')
    if (wasInstalled && progress.rollsBack && !isDone(progress, 'ArtifactRollback')) {
      await this.#enterAnyway('ArtifactRollback')
    }
    const after = (await this.#progress.load()) ?? progress
    // The restart itself is the next effect's: the machine boots after it has abandoned a trial.
    if (!needsRestartBack(after)) await this.#finishFailure(after)
  }

  async #restartBack(progress: ModuleProgress, isFirst: boolean): Promise<void> {
    const state = 'ArtifactRollbackReboot'
    if (!isDone(progress, state) && !(isFirst && wasEntered(progress, state))) {
      if (progress.reboot === 'Automatic') {
        await this.#progress.save(withEntered(progress, state))
        await this.#options.slots.abandonTrial()
        return this.#options.reboot()
      }
      await this.#enterAnyway(state)
    }
    await this.#progress.save(withDone((await this.#progress.load()) ?? progress, state))
    await this.#enterAnyway('ArtifactVerifyRollbackReboot')
    await this.#finishFailure((await this.#progress.load()) ?? progress)
  }

  async #finishFailure(progress: ModuleProgress): Promise<void> {
    if (wasEntered(progress, 'ArtifactInstall')) await this.#enterAnyway('ArtifactFailure')
    await this.#cleanUp((await this.#progress.load()) ?? progress)
  }

  async #cleanUp(progress: ModuleProgress): Promise<void> {
    if (!isDone(progress, 'Cleanup')) await this.#enterAnyway('Cleanup')
    await onDisk(this.#tree, () => rm(this.#tree, { recursive: true, force: true }))
    await this.#progress.remove()
  }

  async #enter(progress: ModuleProgress, state: ModuleState): Promise<void> {
    const begun = withEntered(progress, state)
    await this.#progress.save(begun)
    const call = new ModuleCall(this.#options, progress.module)
    await call.enter(state, this.#tree)
    const after = withDone(begun, state)
    // Asked once, right after it was installed: the answer has to survive the restart itself.
    const reboot =
      state === 'ArtifactInstall'
        ? await call.ask('NeedsArtifactReboot', this.#tree)
        : progress.reboot
    await this.#progress.save({ ...after, reboot })
  }

  /** On the way back nothing that fails may stop what follows. */
  async #enterAnyway(state: ModuleState): Promise<void> {
    const progress = await this.#progress.load()
    if (progress === undefined) return
    try {
      await this.#enter(progress, state)
    } catch (error) {
      this.#logFailure(error)
      await this.#progress.save(withDone(progress, state))
    }
  }

  #logFailure(error: unknown): void {
    const known = codeOf(error)
    if (known === undefined) throw error
    this.#options.log.write('error', 'module-failed', { ...known.facts, code: known.code })
  }
}

/** What was restarted into is restarted out of (protocol: `ArtifactRollbackReboot`). */
function needsRestartBack(progress: ModuleProgress): boolean {
  const { rollsBack, reboot } = progress
  return rollsBack && reboot !== 'No' && wasEntered(progress, 'ArtifactReboot')
}

function interrupted(progress: ModuleProgress): DeviceError {
  const state = cutOffState(progress) ?? 'ArtifactInstall'
  return new DeviceError('MODULE_FAILED', { module: progress.module, state, reason: 'interrupted' })
}
