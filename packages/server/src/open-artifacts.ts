/** Where the settings say the files of releases are. */
import { join } from 'node:path'
import type { Logger } from 'pino'
import { DiskArtifacts } from './adapters/disk-artifacts.ts'
import { S3Artifacts } from './adapters/s3/s3-artifacts.ts'
import type { ArtifactIntake } from './artifacts/artifact-intake.ts'
import type { Clock } from './ports.ts'
import type { Settings } from './settings.ts'

export interface Artifacts extends ArtifactIntake {
  /** Rejects when artifacts cannot be read or written, with what to do. */
  probe(): Promise<void>
  stop(): Promise<void>
}

export async function openArtifacts(
  { dataFolder, artifacts }: Pick<Settings, 'dataFolder' | 'artifacts'>,
  clock: Clock,
  log: Logger,
): Promise<Artifacts> {
  if (artifacts.kind === 'disk') return DiskArtifacts.open(join(dataFolder, 'artifacts'))
  return S3Artifacts.open(artifacts, { now: () => clock.now(), log })
}

/** For a command that runs beside the server. */
export async function openArtifactsBeside(
  settings: Pick<Settings, 'dataFolder' | 'artifacts'>,
  clock: Clock,
  log: Logger,
): Promise<Artifacts> {
  const { dataFolder, artifacts } = settings
  if (artifacts.kind === 'disk') return DiskArtifacts.beside(join(dataFolder, 'artifacts'))
  return openArtifacts(settings, clock, log)
}
