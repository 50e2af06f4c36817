/** `fleetward keys generate|list`: of the desk. Those of the server are in server-keys.ts. */
import { type Command, Option } from 'commander'
import { type KeyType, listKeys, makeKey, privateKeyPath } from '../../desk/key-file.ts'
import { readPassphrase } from '../../terminal.ts'
import { deskOf, type Surroundings, withExamples } from '../command-line.ts'
import { addServerKeys } from './server-keys.ts'

export function addKeys(program: Command, surroundings: Surroundings): void {
  const { terminal, finish } = surroundings
  const keys = withExamples(
    program.command('keys').description("the manufacturer's signing keys, and the server's"),
    'keys generate root-1',
    'keys list',
    'keys server --product lumen-gateway-g1 --token-file admin-token',
  )

  const generate = keys
    .command('generate')
    .description('make a key pair; the private half is encrypted with a passphrase')
    .argument('<name>', 'what people call the key, for example root-1')
    .addOption(
      new Option('--type <type>', 'ecdsa is for hardware that knows no Ed25519')
        .choices(['ed25519', 'ecdsa'])
        .default('ed25519'),
    )
    .option('--passphrase-file <file>', 'read the passphrase from here instead of asking twice')
    .action(
      async (
        name: string,
        options: { type: KeyType; passphraseFile?: string },
        command: Command,
      ) => {
        const desk = deskOf(command)
        const key = await makeKey(desk, name, options.type, () =>
          readPassphrase(terminal, options.passphraseFile, name, { twice: true }),
        )
        const file = privateKeyPath(desk, name)
        finish({
          json: { name, keyId: key.keyId, type: options.type, privateKeyFile: file },
          lines: [
            `${name}: ${options.type}, key id ${key.keyId}`,
            `private key, encrypted: ${file}`,
            'Keep a copy and the passphrase apart from each other; without both the key is lost.',
          ],
        })
      },
    )
  withExamples(
    generate,
    'keys generate root-1',
    'keys generate security-1 --type ecdsa --passphrase-file /media/usb/security-1.txt',
  )

  const list = keys
    .command('list')
    .description('the keys on this desk')
    .action(async (_options: unknown, command: Command) => {
      const found = await listKeys(deskOf(command))
      finish({
        json: {
          keys: found.map(({ name, keyId, publicKey }) => ({ name, keyId, type: publicKey.kind })),
        },
        lines:
          found.length === 0
            ? ['There is no key yet. Next: fleetward keys generate <name>']
            : found.map(
                (key) => `${key.name.padEnd(24)} ${key.publicKey.kind.padEnd(10)} ${key.keyId}`,
              ),
      })
    })
  withExamples(list, 'keys list', 'keys list --json')

  addServerKeys(keys, surroundings)
}
