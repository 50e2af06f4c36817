/** Where to go on after something, as an address brought it: a path of this server and never of another one. Pure. */

export const HOME = '/console/'
const PATH = /^\/(?![/\\])[A-Za-z0-9/._~-]{0,200}(\?[A-Za-z0-9/._~%=&+-]{0,500})?$/

export function ownPath(wish: string | undefined): string {
  return wish !== undefined && PATH.test(wish) ? wish : HOME
}
