"""English sentences of refusals and reasons by code. A refusal says what would be accepted; a reason says why.

`{name}` is a parameter; a part in square brackets is left out where none of its parameters is known. A code that
means something else for a need than for a unit has a second sentence under `need.` and the code.
"""

from __future__ import annotations

from app.wording import coverage_texts, plan_texts, remote_sentences

_BY = "[, by {actor}][ at {changed_at}]"

REFUSALS: dict[str, str] = {
    "not_allowed": "The role {role} may not {command}.",
    "text_too_long": "{field} is too long: {length} characters, {limit} at most.",
    "text_missing": "Write something for {field}.",
    "number_not_finite": "{field} is not a number.",
    "number_too_large": "{field} is too large.",
    "time_without_zone": "{field} has no time zone.",
    "command_id_wrong": "The command has no proper id. This is a fault of the program: tell whoever looks after it.",
    "place_out_of_range": "{lat}, {lon} is no place on the earth. Latitude −90 to 90, longitude −180 to 180.",
    "priority_out_of_range": "Priority {priority} does not exist. It goes from {lowest} to {highest}.",
    "until_in_past": "The end, {until}, is already over. Give a later time.",
    "incident_unknown": "There is no incident {incident_id}.",
    "incident_closed": "Incident {incident_id} is closed[ ({disposition})]" + _BY + ". Reopen it first.",
    "incident_not_closed": "Incident {incident_id} is open; only a closed one is reopened.",
    "unit_unknown": "There is no unit {unit_id}.",
    "kind_unknown": "No run card describes {kind}. Choose a kind from the list.",
    "changed_since": "The {field} of incident {incident_id} was changed meanwhile"
    + _BY
    + "[: it is {now}]. Look again.",
    "unit_changed_since": "{unit_id} was sent or released meanwhile[ (incident {incident_id})]" + _BY + ". Look again.",
    "unit_sent_since": "{unit_id} was sent to incident {incident_id} meanwhile" + _BY + ". Look again before closing.",
    "status_changed_since": "{unit_id} is {status} since" + _BY + "; {asked} was not entered.",
    "status_against_order": "{unit_id} is {status}; {asked} is against the usual order. Say that the crew reports it, "
    "or give a reason.",
    "log_already_open": "This log is already open[ for {city}].",
    "time_zone_unknown": "“{time_zone}” is no time zone (such as Europe/Helsinki or Asia/Shanghai).",
    "log_not_open": "The log has not been opened yet.",
    "nobody_chosen": "Nobody is ticked. Tick at least one unit.",
    "unit_chosen_twice": "{unit_id} is in the list twice.",
    "unit_already_here": "{unit_id} is already on incident {incident_id} ({status}).",
    "unit_elsewhere": "{unit_id} is on incident {incident_id} ({status})" + _BY + ". Nobody was sent: choose another.",
    "unit_off_roster": "{unit_id} is not on the roster any more.",
    "unit_out_of_service": "{unit_id} is out of service[: {reason}][, until {until}]" + _BY + ".",
    "crew_away": "Its crew is out with {unit}" + _BY + "[; {unit_id} goes only with a reason]",
    "held_in_reserve": "Held in reserve[: {reason}]" + _BY + "[; {unit_id} goes only with a reason]",
    "station_unknown": "There is no station {station_id}.",
    "move_up_not_free": "{unit_id} is {status}[, incident {incident_id}]; only a free unit moves up.",
    "moved_up_since": "{unit_id} was moved meanwhile[: it is to wait at {station_id}]" + _BY + ". Look again.",
    "held_since": "{unit_id} was held in reserve or given back meanwhile[: {held}]" + _BY + ". Look again.",
    "redirect_changed": "{unit_id} is not on its way to incident {taken_from} any more ({status})"
    + _BY
    + ". Look again.",
    "redirect_too_late": "{unit_id} is {status}[ at incident {incident_id}]; only who is on the way is redirected.",
    "need_not_shared": "{unit_id} cannot fill “{need_id}” beside another need: it is not a shared one.",
    "unit_not_assigned": "{unit_id} is on no incident ({status}).",
    "need_unknown": "{kind} has no need “{need_id}”. Look at the recommendation again.",
    "need_filled_since": "{units} fills that need already" + _BY + ". Give a reason to send {unit_id} as well.",
    "kind_changed": "It is {kind} now",
    "level_changed": "Alarm level {level} now",
    "place_changed": "It is somewhere else now[: {place}]",
    "moved_since": "{by_m} away from where it was",
    "closure_on_way": "A road on its way was closed[: {reason}]",
    "slow_on_way": "A road on its way has become slow[: {reason}]",
    "unit_gone": "Not on the roster any more",
    "assignment_unknown": "That assignment does not exist[ ({assignment_id})].",
    "radius_negative": "A radius of {radius_m} is below zero.",
    "radius_out_of_range": "A radius of {radius_m} is not possible; {highest} m at most.",
    "call_not_attached": "This call is not attached to incident {incident_id}.",
    "call_unknown": "That call is not in the log[ ({call_id})].",
    "call_attached_elsewhere": "This call already belongs to incident {incident_id}. Take it off there first.",
    "closure_exists": "That closure exists already" + _BY + ".",
    "closure_kind_unknown": "A closure cannot be “{kind}”; it is one of {choices}.",
    "speed_factor_out_of_range": "A slow road keeps a share of its speed between 0 and 1, not {speed_factor}; "
    "a closed or flooded one has none.",
    "weather_unclear": "A weather is one short word of at most {limit} letters, not “{weather}”.",
    "closure_unknown": "That road is not closed any more" + _BY + ".",
    "layer_crs_needed": "[{file}: ]the file does not say which coordinate system it is in. Choose it.",
    "layer_choice_needed": "[{file}: ]the file holds several layers. Choose one.",
    "layer_reader_ended": "The file's reader ended ({how}); nothing was added.",
    "perimeter_exists": "That perimeter exists already" + _BY + ".",
    "perimeter_unknown": "That perimeter does not stand any more" + _BY + ".",
    "perimeter_shape_wrong": "A perimeter is an area of three corners at least, or one point with a radius.",
    "geometry_unknown": "A closure cannot be a {geometry_type}; it is one of {choices}.",
    "points_out_of_range": "The drawing has {points} points; from {fewest} to {most} are possible.",
    "warning_unknown": "That warning does not exist any more[ ({warning_id})].",
    "disposition_unknown": "“{disposition}” is not on the run card. Choose one of: {choices}.",
    "units_still_bound": "{units} still on incident {incident_id}. Release them, or tick to release them with it.",
    "alarm_level_out_of_range": "Level {alarm_level} is not on the run card: {lowest} to {highest}.",
    "source_unknown": "A status comes from one of {choices}, not from “{source}”.",
    "roster_wrong": "The roster's {list} “{id}” has a wrong {field}.",
    "named_twice": "“{id}” stands twice among the {list}.",
    "not_saved": "The log could not be written. Nothing was sent.",
}

REASONS: dict[str, str] = {
    # Units chosen
    "nearest_suitable": "{rank} of {of} suitable; {runner_up} would be {ahead_s} later",
    "first_of_equals": "As fast as {unit}, of {of} suitable; the first by call sign is taken",
    "only_suitable": "The only suitable unit",
    "quickest_left": "Of {of} suitable units none is left over",
    "released_better_elsewhere": "{unit} is {gain_s} quicker but serves better as {need}",
    "needed_elsewhere": "{unit} is {gain_s} quicker but goes to incident {incident}[ as {need}]",
    "quicker_costs_more": "{unit} is {gain_s} quicker but counts {price_s} more: help, order of stations or rest",
    "officer_needed": "{unit} is {gain_s} quicker but brings no officer, and one is needed",
    "one_station": "{unit} is {gain_s} quicker but of another station, and all come from one",
    "crew_goes": "{unit} is {gain_s} quicker but cannot go: its crew or one of its units goes already",
    "serves_together": "{unit} is {gain_s} quicker, but so the whole card is served best",
    "estimate_off_road": "More than {off_road_m} off the roads: a straight-line guess",
    # Units passed over
    "slower": "{by_s} slower than {unit}",
    "equally_fast": "As fast as {unit}, which was taken",
    "lacks_officer": "As quick as {unit} or quicker, but an officer is needed",
    "other_station": "All come from one station, {station}",
    "crew_goes_with": "Its crew, or one of its units, goes with {unit}",
    "goes_to": "Goes to incident {incident}[ as {need}]",
    "serves_less": "As quick as {unit} or quicker, but so the whole card would be served worse",
    "unreachable": "No road leads from it to the place",
    "too_large": "No way for a vehicle of its size[, {height_m} high][, {width_m} wide][, {weight_t} t]",
    "busy": "On incident {incident} ({status})",
    "already_sent": "Already sent here",
    "not_free": "Not free: {status}",
    "in_distress": "Its crew is in distress",
    "out_of_service": "Out of service[: {reason}][, until {until}]",
    "position_too_old": "Its position is {age_s} old: nobody knows where it is",
    "crew_too_small": "A crew of {crew}; {wanted} are needed",
    "lacks_equipment": "Does not carry {lacks}",
    "off_shift": "Off duty now[ (shift {shift})]",
    "force_incomplete": "Not complete: {unit} cannot go",
    "other_department": "Another department is asked for: {wanted}",
    "wrong_capability": "Has no capability that is needed[; it is {has}]",
    "need_filled": "What it can do is already filled",
    "not_on_roster": "Not on the roster",
    # Needs that stay open
    "none_on_duty": "Nobody who can do it is on duty",
    "all_busy": "All who can do it are busy[ ({busy})]",
    "planned_elsewhere": "All who can do it go to other incidents[ ({planned})][, {busy} busy]",
    "gone_to_more_urgent": "{unit} goes to incident {incident}, which is more urgent[ ({planned} go elsewhere)]",
    "none_can_go": (
        "None who can do it may go[, {busy} busy][, {out_of_service} out of service]"
        "[, {position_too_old} with an old position][, {crew_too_small} with too small a crew][, {unreachable} cut off]"
        "[, {too_large} too large for the roads]"
        "[, {lacks_equipment} without the equipment][, {crew_away} whose crew is out][, {held_in_reserve} in reserve]"
        "[, {off_shift} off duty][, {force_incomplete} not complete]"
    ),
    "none_within_reach": "No road leads there from those who can do it",
    "too_few": "All who can do it are already in this list",
    "no_run_card": "No run card describes {kind}; choose units by hand",
    "need.out_of_service": "All who can do it are out of service[ ({out_of_service})]",
    "need.position_too_old": "Nobody knows where those who can do it are[ ({position_too_old})]",
    "no_officer": "Filled, but {missing} of {wanted} officers asked for are missing",
    "one_station_cannot": "No one station can send all of them",
    "need.too_large": "No way there for vehicles of their size[ ({too_large})][, {height_m} high][, {width_m} wide]"
    "[, {weight_t} t]",
    "need.lacks_equipment": "Nobody free carries what is asked for[ ({lacks_equipment})]",
    "need.crew_away": "The crews are out with their other vehicles[ ({crew_away})]",
    "need.held_in_reserve": "All who can do it are held in reserve[ ({held_in_reserve})]",
    "need.off_shift": "All who can do it are off duty[ ({off_shift})]",
    "need.force_incomplete": "No task force is complete[ ({force_incomplete})]",
    "need.crew_too_small": "Crews are too small[ ({crew_too_small})]",
}

SENTENCES: dict[str, str] = {
    **REFUSALS,
    **REASONS,
    **coverage_texts.ENGLISH,
    **remote_sentences.ENGLISH,
    **plan_texts.SENTENCES,
}
