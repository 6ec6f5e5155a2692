"""The shipped mappings on invented rows of the shape of their files, and mappings that people write."""

from __future__ import annotations

import pytest

from dispatch.history.mapping_file import BadFile, parse_mapping, shipped_mappings, written
from dispatch.history.recognise import guess, recognise
from tests.dispatch.history_in.files import SF, at, folded, sf, sf_row, table, told

NEW_YORK, LONDON = "America/New_York", "Europe/London"


def test_every_shipped_mapping_is_known_by_its_file_and_by_no_other() -> None:
    shipped = {each.name for each in shipped_mappings()}
    assert len(shipped) == 7
    assert recognise(sf(sf_row("1", "E1", "1:00:00"))).name.startswith("San Francisco")


def test_san_francisco_in_the_words_of_the_web_service() -> None:
    past, _ = folded(
        table(
            "call_number,unit_id,call_type,received_dttm,entry_dttm,dispatch_dttm,on_scene_dttm,available_dttm,address,"
            "final_priority,unit_type,case_location\n"
            "1,E39,Alarms,2026-03-01T10:00:00.000,2026-03-01T10:00:30.000,2026-03-01T10:01:00.000,"
            '2026-03-01T10:05:00.000,2026-03-01T10:30:00.000,200 Block of POLK ST,3,ENGINE,"POINT (-122.41 37.77)"\n'
        )
    )
    [incident] = past.incidents
    assert (incident.location.lon, incident.location.lat) == (-122.41, 37.77)
    assert incident.responses[0].instants["on_scene"] == at("2026-03-01T10:05:00")


def test_seattle() -> None:
    past, report = folded(
        table(
            "Address,Type,Datetime,Latitude,Longitude,Report Location,Incident Number\n"
            "517 3rd Av,Aid Response,07/04/2025 11:05:00 PM,47.602,-122.331,POINT (-122.331 47.602),F250000001\n"
        )
    )
    [incident] = past.incidents
    assert incident.received_at == at("2025-07-04T23:05:00") and incident.kind == "Aid Response"
    state = told(past, report)
    assert state.incidents[1].closed_at == at("2025-07-05T00:05:00")


def test_montgomery_county_of_pennsylvania() -> None:
    past, report = folded(
        table(
            "lat,lng,desc,zip,title,timeStamp,twp,addr,e\n"
            "40.11,-75.31,WILLOW LN & MILL RD;  MIDTOWN; Station 900,19000,EMS: FALL VICTIM,"
            "2018-02-03 14:05:06,MIDTOWN,WILLOW LN & MILL RD,1\n"
        )
    )
    [incident] = past.incidents
    assert incident.received_at == at("2018-02-03T14:05:06", NEW_YORK) and incident.kind == "EMS: FALL VICTIM"
    assert told(past, report).incidents[1].kind == "ems_fall_victim"


def test_montgomery_county_of_maryland_tells_seconds_since_the_call() -> None:
    past, report = folded(
        table(
            "Incident ID,Start Time,End Time,Priority,Initial Type,Close Type,Address,City,Longitude,Latitude,"
            "Police District Number,Sector,Calltime Dispatch,Calltime Arrive,Calltime Cleared,Disposition Desc\n"
            "P1,06/10/2024 12:00:00 PM,06/10/2024 01:00:00 PM,1,SUSPICIOUS PERSON,SUSPICIOUS PERSON,100  BLK MAIN ST,"
            "ROCKVILLE,-77.15,39.08,1D,A,90,420,3600,FOUND\n"
            "P2,06/10/2024 12:00:00 PM,,0,TRAFFIC STOP,,100  BLK MAIN ST,ROCKVILLE,-77.15,39.08,2D,B,-5,,60,\n"
        )
    )
    first, second = past.incidents
    assert first.responses[0].instants["on_scene"] == at("2024-06-10T12:07:00", NEW_YORK)
    assert (first.priority, second.priority) == (2, 1) and first.closed_at == at("2024-06-10T13:00:00", NEW_YORK)
    assert "dispatched" not in second.responses[0].instants and report.counts["before_received dispatched"] == 1
    assert set(told(past, report).units) == {"1D A", "2D B"}


@pytest.mark.parametrize("kind", ["Complaint Type", "Problem (formerly Complaint Type)"])
def test_new_york_in_its_old_words_and_its_new_ones(kind: str) -> None:
    past, report = folded(
        table(
            f"Unique Key,Created Date,Closed Date,Agency,{kind},Descriptor,Incident Address,City,Status,"
            "Resolution Description,Borough,X Coordinate (State Plane),Y Coordinate (State Plane),"
            "Open Data Channel Type,Latitude,Longitude,Location\n"
            "1,07/04/2024 09:00:00 PM,07/05/2024 08:00:00 AM,DSNY,Illegal Dumping,Removal,1 Broadway,NEW YORK,Closed,"
            "Done,MANHATTAN,980656,196137,ONLINE,,,\n"
        )
    )
    [incident] = past.incidents
    assert incident.closed_at == at("2024-07-05T08:00:00", NEW_YORK) and incident.channel == "citizen"
    assert abs(incident.location.lon + 74.01) < 0.02 and abs(incident.location.lat - 40.70) < 0.02
    assert told(past, report).cards["illegal_dumping"].mode == "ordinary"


def test_london_joins_its_incidents_with_who_was_mobilised() -> None:
    incidents = table(
        "IncidentNumber,DateOfCall,TimeOfCall,IncidentGroup,StopCodeDescription,Postcode_district,IncGeo_BoroughName,"
        "Easting_rounded,Northing_rounded,Latitude,Longitude\n"
        "000001-01072024,01 Jul 2024,23:59:50,Fire,Secondary Fire,SE1,SOUTHWARK,532050,180050,,\n"
    )
    mobilised = table(
        "IncidentNumber,Resource_Code,DateAndTimeMobilised,DateAndTimeMobile,DateAndTimeArrived,DateAndTimeLeft,"
        "DeployedFromStation_Code,DeployedFromStation_Name,PumpOrder\n"
        "000001-01072024,H221,02/07/2024 00:00:30,02/07/2024 00:01:20,02/07/2024 00:05:00,02/07/2024 00:40:00,H22,"
        "Soho,1\n"
        "000001-01072024,H222,02/07/2024 00:00:30,02/07/2024 00:01:40,02/07/2024 00:06:00,,H22,Soho,2\n"
        "000009-01072024,H223,02/07/2024 00:00:30,,02/07/2024 00:06:00,,H22,Soho,1\n"
    )
    past, report = folded(incidents, mobilised)
    [incident] = past.incidents
    assert incident.kind == "Secondary Fire" and incident.received_at == at("2024-07-01T23:59:50", LONDON)
    assert abs(incident.location.lat - 51.5) < 0.02 and [each.unit_id for each in incident.responses] == [
        "H221",
        "H222",
    ]
    assert incident.responses[0].instants["en_route"] == at("2024-07-02T00:01:20", LONDON)
    assert report.counts["no_place"] == 1 and report.refused == 1 and report.rows == 4
    assert len(told(past, report).assignments) == 2


def test_a_file_that_nobody_knows_is_recognised_by_names_and_content() -> None:
    unknown = table(
        "Einsatznummer;Fahrzeug;Eingang;Alarmierung;An vor Ort;Einsatzart;Adresse;Longitude;Latitude\n".replace(
            ";", ","
        )
        + "1,LF 1,02.01.2024 10:00:00,02.01.2024 10:01:00,02.01.2024 10:06:00,Brand,Markt 1,11.5,48.1\n"
        + "1,DLK 1,02.01.2024 10:00:00,02.01.2024 10:01:00,02.01.2024 10:08:00,Brand,Markt 1,11.5,48.1\n"
    )
    mapping = recognise(unknown)
    assert mapping.columns["unit"] == (("Fahrzeug",),) and mapping.columns["on_scene"] == (("An vor Ort",),)
    past, _ = folded(unknown, time_zone="Europe/Berlin")
    [incident] = past.incidents
    assert len(incident.responses) == 2 and incident.received_at == at("2024-01-02T10:00:00", "Europe/Berlin")


def test_columns_are_taken_only_for_what_their_cells_can_be() -> None:
    mapping = guess(table('id,received,location,status\n1,yes,"(60.1, 24.9)",ok\n2,no,"(60.2, 24.8)",ok'))
    assert "received" not in mapping.columns and mapping.columns["point"] == (("location",),)
    joined = guess(table("id,Call Date,Call Time,lat,lon\n1,2020-01-01,10:00:00,60,24\n2,2020-01-02,11:00,60,24"))
    assert joined.columns["received"] == (("Call Date", "Call Time"),)


def test_what_was_recognised_can_be_written_edited_and_read_again() -> None:
    mapping = guess(table("id,Call Date,Call Time,lat,lon\n1,2020-01-01,10:00:00,60,24"))
    assert parse_mapping(written(mapping)).columns == mapping.columns


def test_a_wrong_mapping_is_told_line_by_line() -> None:
    wrong = (
        'name = "x"\ntime_zone = "Mars/Olympus"\nstations = "("\n[columns]\nunits = "Unit"\nreceived = 4\n'
        '[priorities]\nhigh = 9\n[[unit_kind]]\nword = "E"\ncapabilities = []\n'
    )
    with pytest.raises(BadFile) as told_wrong:
        parse_mapping(wrong)
    assert sorted({each.line for each in told_wrong.value.problems}) == [2, 3, 5, 6, 8, 11]
    assert "did you mean 'unit'" in str(told_wrong.value)


def test_a_mapping_of_ones_own_counts_before_what_is_recognised() -> None:
    own = parse_mapping(
        'name = "own"\ntime_zone = "UTC"\n[columns]\nincident = "Call Number"\nreceived = "Received DtTm"\n'
        'kind = "Call Type"\npoint = "Location"\n[kinds]\n"Medical Incident" = "Medical"\n'
    )
    past, _ = folded(table("\n".join((SF, sf_row("1", "E1", "1:00:00")))), mapping=own)
    [incident] = past.incidents
    assert incident.received_at == at("2017-01-03T01:00:00", "UTC") and incident.kind == "Medical"
    assert incident.responses == ()
