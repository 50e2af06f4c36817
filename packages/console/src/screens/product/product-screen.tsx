import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function ProductScreen() {
  return <Screen title={say('screens.product')} />
}
