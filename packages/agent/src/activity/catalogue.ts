/**
 * Every event of the activity log: in which class it is, how grave, why it is recorded and whether it
 * says something about a person. docs/activity-log.md has this table; a test keeps code and page together.
 */
import type { EntryClass } from './classes.ts'

export interface CataloguedEvent {
  readonly class: EntryClass
  readonly level: 'info' | 'notice' | 'warning' | 'error'
  /** What somebody who reads it can find out by it. */
  readonly why: string
  /** Whether it can be about a person: when somebody was at the device and what they decided. */
  readonly personal: boolean
}

const event = (
  entryClass: EntryClass,
  level: CataloguedEvent['level'],
  why: string,
  personal = false,
): CataloguedEvent => ({ class: entryClass, level, why, personal })
const PERSONAL = true

export const CATALOGUE = {
  // About the log itself
  'segment-started': event('log', 'info', 'a new file was begun; what is off at that time'),
  'log-restarted': event('log', 'warning', 'a factory reset erased the log; the head it had'),
  'log-repaired': event('log', 'notice', 'a power cut took the end of the last line'),
  'log-altered': event('log', 'error', 'somebody changed or cut the log while the agent was off'),
  'logging-off': event('log', 'warning', 'from here on a class is not recorded', PERSONAL),
  'logging-on': event('log', 'notice', 'from here on a class is recorded again', PERSONAL),
  'entries-suppressed': event(
    'log',
    'warning',
    'a flood: so many entries of a class were not kept',
  ),
  'entries-dropped': event('log', 'error', 'a full disk: so many entries of each class were lost'),
  // Security
  'agent-started': event('security', 'info', 'restarts; with which version'),
  'agent-stopped': event('security', 'info', 'an end in good order, in contrast to a power cut'),
  'record-lost': event('security', 'error', 'the agent’s memory was damaged or deleted'),
  'clock-jumped': event('security', 'warning', 'somebody set the clock, by how much'),
  'identity-enrolled': event('security', 'notice', 'the device got its certificate'),
  'identity-renewed': event('security', 'info', 'the certificate was renewed'),
  'command-accepted': event('security', 'notice', 'the manufacturer’s server gave a command'),
  'command-refused': event('security', 'warning', 'a forged, replayed or unknown command'),
  'manifest-refused': event('security', 'warning', 'a forged, replayed or invalid offer'),
  'metadata-refused': event('security', 'warning', 'a release or its metadata does not verify'),
  'artifact-refused': event(
    'security',
    'warning',
    'bytes of an update are not those that were signed',
  ),
  'slot-unusable': event('security', 'error', 'a slot did not read back at boot'),
  'bundle-refused': event(
    'security',
    'warning',
    'a file on a stick that is no bundle for this device',
  ),
  'factory-settings-refused': event(
    'security',
    'warning',
    'nobody vouches for them; the secure defaults count',
  ),
  'baseline-taken': event('security', 'notice', 'what counts as undamaged from then on'),
  'slot-corrupt': event('security', 'error', 'files of the running software changed'),
  'agent-corrupt': event('security', 'error', 'files of the agent changed'),
  'integrity-restored': event('security', 'notice', 'a later check found everything right'),
  // Access
  paired: event('access', 'notice', 'somebody came into the owner’s page, from where', PERSONAL),
  'pairing-code-wrong': event(
    'access',
    'warning',
    'somebody tried to, with a wrong code',
    PERSONAL,
  ),
  'pairing-code-renewed': event('access', 'notice', 'all who had come in are out', PERSONAL),
  'page-left': event('access', 'info', 'somebody left the owner’s page', PERSONAL),
  'reset-not-confirmed': event(
    'access',
    'warning',
    'a reset was asked for, and not confirmed',
    PERSONAL,
  ),
  // Data
  'data-exported': event('data', 'notice', 'settings, data or log were exported', PERSONAL),
  'reset-asked': event('data', 'warning', 'a reset was begun, by which way', PERSONAL),
  'reset-settings': event('data', 'warning', 'the settings are the factory’s again', PERSONAL),
  'reset-factory': event('data', 'warning', 'the device is as it came from the factory', PERSONAL),
  'owners-data-erased': event('data', 'warning', 'the owner’s data was erased', PERSONAL),
  'owners-data-imported': event(
    'data',
    'warning',
    'data of another device took its place',
    PERSONAL,
  ),
  // Configuration
  'settings-changed': event(
    'configuration',
    'notice',
    'what the owner chose, by which way',
    PERSONAL,
  ),
  'opted-out': event('configuration', 'warning', 'no automatic updates from then on', PERSONAL),
  'opted-in': event('configuration', 'notice', 'automatic updates again', PERSONAL),
  'window-changed': event('configuration', 'notice', 'when updates may be installed', PERSONAL),
  'configuration-drift': event('configuration', 'warning', 'a file was edited outside the tool'),
  // Updates
  'slot-booted': event('update', 'info', 'which slot and version run from then on'),
  'update-offered': event('update', 'info', 'an update is known and considered'),
  'update-approved': event('update', 'notice', 'somebody asked for an installation', PERSONAL),
  'update-postponed': event('update', 'notice', 'somebody put an update off, until when', PERSONAL),
  'update-waiting': event('update', 'info', 'what an update waits for'),
  'update-downloading': event('update', 'info', 'a download began'),
  'update-installed': event('update', 'info', 'an update was written and read back'),
  'update-on-trial': event('update', 'info', 'the new software runs and is tested'),
  'update-committed': event('update', 'notice', 'the new software stays'),
  'update-rolled-back': event('update', 'warning', 'the new software failed its test'),
  'update-failed': event('update', 'warning', 'an update ended without being installed, and why'),
  'update-dropped': event('update', 'info', 'an update was withdrawn or is no longer offered'),
} as const satisfies Readonly<Record<string, CataloguedEvent>>

/** The compiler lets nothing be recorded that is not in the catalogue. */
export type ActivityEvent = keyof typeof CATALOGUE

/** Of an entry that another version of the agent wrote, too. */
export function levelOf(name: string): CataloguedEvent['level'] {
  const catalogue: Readonly<Record<string, CataloguedEvent>> = CATALOGUE
  return Object.hasOwn(catalogue, name) ? (catalogue[name]?.level ?? 'notice') : 'notice'
}
