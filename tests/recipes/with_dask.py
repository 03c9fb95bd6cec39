from dask.distributed import Client

from flexflows import FlexFlows


def read(profile):
    with FlexFlows(profile=profile) as flows:
        return flows.list()


def read_all(profiles, cluster=None):
    with Client(cluster) as client:  # the processes of this machine, or your cluster
        tasks = {profile: client.submit(read, profile) for profile in profiles}
        errors = {profile: task.exception() for profile, task in tasks.items()}
        return {profile: task.result() for profile, task in tasks.items() if not errors[profile]}, errors
