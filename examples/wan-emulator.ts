// Runs a program behind an emulated WAN link: `node wan-emulator.js 20ms 10mbit 1 ping -c3 10.0.0.2`
// The program runs in host `client` (10.0.0.1); host `server` is 10.0.0.2. Delay, rate and loss (%) apply in each direction.
import { once } from 'node:events'
import { createLab } from 'rtnetlink/network'

const [delay = '20ms', rate = '10mbit', loss = '0', command = 'ping', ...args] = process.argv.slice(2)

await using lab = await createLab({
  hosts: ['client', 'server'],
  links: [{ endpoints: ['client 10.0.0.1/24', 'server 10.0.0.2/24'], delay, rate, loss: Number(loss) }],
  shaping: 'if-supported',
})
if (lab.unshaped.length > 0) console.error('this kernel has no netem: the link has neither delay nor loss')

const child = lab.host('client').spawn(command, args.length > 0 ? args : ['-c3', '10.0.0.2'], { stdio: 'inherit' })
const [code] = await once(child, 'exit')
console.log(`${command} exited with ${code}`)
