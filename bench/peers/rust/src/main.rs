// The rtnetlink crate on tokio: one connection, reused. Usage: peer WORKLOAD [N]
use futures::stream::TryStreamExt;
use rtnetlink::{new_connection, Handle, IpVersion};
use std::io::{BufRead, Write};
use std::net::Ipv4Addr;
use std::time::Instant;

fn usage() -> (i64, i64) {
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    let ns = |t: libc::timeval| t.tv_sec * 1_000_000_000 + t.tv_usec * 1000;
    (ns(usage.ru_utime) + ns(usage.ru_stime), usage.ru_maxrss)
}

async fn all_routes(handle: &Handle, version: IpVersion) -> usize {
    handle.route().get(version).execute().try_collect::<Vec<_>>().await.unwrap().len()
}

async fn change_routes(handle: &Handle, device: u32, size: u32) -> usize {
    let mut added = Vec::with_capacity(size as usize);
    for number in 0..size {
        let add = handle
            .route()
            .add()
            .v4()
            .destination_prefix(Ipv4Addr::from(0x0a00_0000 + number), 32)
            .scope(netlink_packet_route::route::RouteScope::Link)
            .output_interface(device);
        let mut add = add;
        added.push(add.message_mut().clone());
        add.execute().await.unwrap();
    }
    for message in added {
        handle.route().del(message).execute().await.unwrap();
    }
    size as usize * 2
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let size: u32 = args.get(2).and_then(|text| text.parse().ok()).unwrap_or(0);
    let (connection, handle, _) = new_connection().unwrap();
    tokio::spawn(connection);
    let name = std::ffi::CString::new("b0").unwrap();
    let device = unsafe { libc::if_nametoindex(name.as_ptr()) };
    println!("ready");
    for _ in std::io::stdin().lock().lines() {
        let (cpu, began) = (usage().0, Instant::now());
        let items = match args[1].as_str() {
            "dump-route" => all_routes(&handle, IpVersion::V4).await + all_routes(&handle, IpVersion::V6).await,
            "dump-link" => handle.link().get().execute().try_collect::<Vec<_>>().await.unwrap().len(),
            "dump-addr" => handle.address().get().execute().try_collect::<Vec<_>>().await.unwrap().len(),
            "dump-neigh" => handle.neighbours().get().execute().try_collect::<Vec<_>>().await.unwrap().len(),
            "change-routes" => change_routes(&handle, device, size).await,
            _ => std::process::exit(2),
        };
        let (ns, (after, rss)) = (began.elapsed().as_nanos(), usage());
        println!("{} {} {} 0 {}", ns, after - cpu, items, rss);
        std::io::stdout().flush().unwrap();
    }
}
