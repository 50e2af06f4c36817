import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function NowScreen() {
  return <Screen title={say('screens.now')} />
}
