/**
 * Everything the agent keeps in its data folder, and what becomes of it at a factory reset. A test
 * compares the table with the folder of a device that has lived, so that nothing of an owner can be
 * kept somewhere the reset does not know (CRA P-101).
 */

/** `own-step`: a step of its own does it. */
type AtFactoryReset = 'stays' | 'removed' | 'own-step'

export interface DataLocation {
  /** In the data folder; a name that ends in `*` stands for all that begin so. */
  readonly name: string
  readonly holds: string
  readonly atFactoryReset: AtFactoryReset
}

export const DATA_LOCATIONS: readonly DataLocation[] = [
  { name: 'record.a', holds: 'state, settings, reports', atFactoryReset: 'own-step' },
  { name: 'record.b', holds: 'state, settings, reports', atFactoryReset: 'own-step' },
  { name: 'agent.pid', holds: 'the running agent', atFactoryReset: 'stays' },
  { name: 'starter.pid', holds: 'the running starter', atFactoryReset: 'stays' },
  { name: 'started-agent.pid', holds: 'the agent that it runs', atFactoryReset: 'stays' },
  { name: 'product.pid', holds: 'the running product', atFactoryReset: 'stays' },
  { name: 'self-test.pid', holds: 'the running self-test', atFactoryReset: 'stays' },
  { name: 'slots', holds: 'the installed firmware', atFactoryReset: 'stays' },
  { name: 'update-module', holds: 'the installed firmware', atFactoryReset: 'stays' },
  { name: 'tuf', holds: 'trusted metadata and its versions', atFactoryReset: 'stays' },
  { name: 'trust', holds: 'the manufacturer’s and server’s keys', atFactoryReset: 'stays' },
  { name: 'integrity', holds: 'hashes of what is installed', atFactoryReset: 'stays' },
  { name: 'identity', holds: 'the device’s key and certificate', atFactoryReset: 'own-step' },
  { name: 'product', holds: 'the owner’s data', atFactoryReset: 'own-step' },
  { name: 'data-key', holds: 'the key of the owner’s data', atFactoryReset: 'own-step' },
  { name: 'activity', holds: 'the activity log', atFactoryReset: 'own-step' },
  { name: 'reset', holds: 'the reset under way', atFactoryReset: 'own-step' },
  { name: 'receipts', holds: 'receipts of resets', atFactoryReset: 'stays' },
  { name: 'run', holds: 'the socket of the local API', atFactoryReset: 'stays' },
  { name: 'download', holds: 'an artifact being fetched', atFactoryReset: 'removed' },
  { name: 'bundle', holds: 'a bundle being installed', atFactoryReset: 'removed' },
  { name: 'bundle.new', holds: 'a bundle being read', atFactoryReset: 'removed' },
  { name: 'logs', holds: 'what the product wrote', atFactoryReset: 'removed' },
  {
    name: 'page',
    holds: 'pairing code, key and certificate of the page',
    atFactoryReset: 'removed',
  },
  { name: 'import', holds: 'an archive being imported', atFactoryReset: 'removed' },
]

export const REMOVED_AT_FACTORY_RESET = DATA_LOCATIONS.filter(
  ({ atFactoryReset }) => atFactoryReset === 'removed',
).map(({ name }) => name)
