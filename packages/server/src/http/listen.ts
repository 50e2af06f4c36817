/** Opens a listener, or says in a sentence why not. */
import type { AddressInfo, Server } from 'node:net'

export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** `setting` is where the port comes from: `listen.operator`. Returns the port, chosen for 0. */
export async function listenOn(
  server: Server,
  { port, address, setting }: { port: number; address: string; setting: string },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(inWords(error, port, address, setting))
    server.once('error', fail)
    server.listen({ port, host: address }, () => {
      server.off('error', fail)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}

function inWords(
  error: NodeJS.ErrnoException,
  port: number,
  address: string,
  setting: string,
): Error {
  const sentences: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${address} is in use by another program. End it, or set "${setting}" to another port in the settings file.`,
    EACCES: `Port ${port} on ${address} needs rights that this user does not have. Set "${setting}" to a port from 1024 on.`,
    EADDRNOTAVAIL: `This machine does not have the address ${address}. Set "listen.address" to one that it has.`,
  }
  const sentence = sentences[error.code ?? '']
  return sentence === undefined ? error : new ListenError(sentence, { cause: error })
}
